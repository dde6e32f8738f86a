// Every way in which a script puts something into a tree: the methods that insert, copy and take over, and what a visitor
// pastes. What is met there is held or let through by tree.js and held.js.

import * as N from "../natives.js";
import { apply, attempt, describe, exec, getPrototypeOf, getter, list, listed, localName, lower, method, patch, queryAll, replace, startsWith, words, written } from "../natives.js";
import { blanked } from "./blank.js";
import { copyStarted, ever } from "./held.js";
import { hearShadow } from "./leaving.js";
import { LOADS, awaited, erase, isPlaceholder, keptAs, markOf, read } from "./loads.js";
import { framed, look, quoted, rewrite, tells } from "./markup.js";
import { crowded, framesIn, own } from "./realms.js";
import { barredText, isPart, retext, styleOf, textOf } from "./sheets-text.js";
import { content, judgeValue } from "./tags.js";
import { COMING, TEXT, arrive, isPlain, isPlainTree, note, playApart, retoldBy, roots, scan, settle, watch } from "./tree.js";

// What reads the text that it is given.
const reader = (node) => {
  const name = N.nodeType(node) === 1 ? N.nameOf(node) : "";
  return name === "style" || name === "script" ? name : "";
};

// Most of what is put in: text, or what tree.js calls plain.
const isEasy = (node, parent) => {
  const type = N.nodeType(node);
  if (type === 1) return isPlain(node, parent);
  if (reader(parent)) return false;
  return type === 3 ? !isPart(node) : type === 11 && N.nodeType(parent) !== 9 && isPlainTree(node, parent);
};

// The same for several at once, of which some are to become texts.
const areEasy = (nodes, parent) => {
  if (reader(parent)) return false;
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i];
    if (typeof node !== "string" && !isEasy(node, parent)) return false;
  }
  return true;
};

// A node goes elsewhere, and may have been a piece of a style.
const leaving = (node, run) => (isPart(node) ? retext(node, [], run) : run());

// `texts`: what is no node becomes one. `beside`: it comes not into the receiver, but next to it or in its place. `at`: where it
// comes into what is no node itself. `moving`: frames stay as they are. `goes`: something is taken out for it.
const putting = ({ texts, beside, at, moving, goes }) => (original, self, args) => {
  const after = list();
  const trees = list();
  let run = () => apply(original, self, args);
  const place = beside ? attempt(() => N.parentNode(self), null) : at ? attempt(() => at(self), null) : self;
  const style = attempt(() => styleOf(place), null);
  const within = attempt(() => (at ? holder(place) : place));
  const script = within && attempt(() => reader(within)) === "script" ? within : null;
  if (script) attempt(() => retoldBy(script, textOf(args)));
  for (let i = 0; i < args.length; i++) {
    const node = args[i];
    const isNode = typeof node === "object" && node;
    if (style && (isNode || texts)) args[i] = attempt(() => barredText(node, style), "");
    // What stands behind the node that comes says where, or goes.
    if (!isNode || (i && !texts && typeof args[0] === "object")) continue;
    const found = attempt(() => arrive(node, beside ? self : place));
    for (let j = 0; found && j < found.length; j++) after[after.length] = found[j];
    trees[trees.length] = node;
    if (isPart(node)) {
      const go = run;
      run = () => leaving(node, go);
    }
  }
  if (script) after[after.length] = script;
  if (!after.length) return style ? retext(style, args, run) : run();
  if (goes) trees[trees.length] = self;
  if (!moving) attempt(() => blanked(after, trees));
  return crowded(args.length > 1 || attempt(() => N.firstChild(args[0])) != null, () => {
    try {
      return style ? retext(style, args, run) : run();
    } finally {
      attempt(() => settle(after));
    }
  });
};
const inserted = putting({ __proto__: null });
const replacing = putting({ __proto__: null, goes: true });
const joining = putting({ __proto__: null, texts: true });
const joined = (original, self, args) => (attempt(() => areEasy(args, self), false) ? apply : joining)(original, self, args);
const filling = putting({ __proto__: null, texts: true, goes: true });
const beside = putting({ __proto__: null, texts: true, beside: true });
const yielding = putting({ __proto__: null, texts: true, beside: true, goes: true });
const adjacent = putting({ __proto__: null, beside: true });
const moved = putting({ __proto__: null, moving: true });
// Browsers have them on one or another of its prototypes.
let ranges = window.Range.prototype;
while (ranges && !describe(ranges, "startContainer")) ranges = getPrototypeOf(ranges);
const start = getter(ranges, "startContainer");
const end = getter(ranges, "endContainer");
const ranged = (self, args, run) => retext(attempt(() => start(self)), args, () => retext(attempt(() => end(self)), args, run));
const ranging = putting({ __proto__: null, at: start });
const { insertNode, extractContents } = window.Range.prototype;
const { appendChild } = window.Node.prototype;
const commonOf = getter(window.Range.prototype, "commonAncestorContainer");
const touches = method(window.Range.prototype, "intersectsNode");
const select = method(window.Range.prototype, "selectNode");
const holder = (node) => (N.nodeType(node) === 3 ? N.parentNode(node) : node);

// What is of that kind in a tree, its top included.
const those = (tree, kinds) => {
  const type = N.nodeType(tree);
  if (type !== 1 && type !== 9 && type !== 11) return "";
  return type === 1 && N.matches(tree, kinds) ? [tree] : queryAll(tree, kinds);
};
const scriptsOf = (tree) => those(tree, "script");
// In WebKit a picture sets out while importNode makes it for a document that is seen. So of a tree that isn't, it gets a copy in
// which what is held has the name by which the copy of that is known.
const PICTURES = "img,image,source,video";
const unseen = (tree, deep) => {
  if (!those(tree, PICTURES)[0]) return tree;
  const copy = N.cloneNode(tree, !!deep);
  const found = those(copy, PICTURES);
  for (let i = 0; found[i]; i++) {
    const element = found[i];
    const name = localName(element);
    const mark = markOf(element);
    for (const attribute in LOADS[name]) {
      const value = read(element, attribute);
      if (value == null || (isPlaceholder(value) && awaited(element, attribute) != null) || !judgeValue(element, name, attribute, value, mark)) continue;
      ever.held = true;
      N.setAttribute(element, keptAs(attribute), value);
      erase(element, attribute);
    }
  }
  return copy;
};
// The scripts that a range reaches.
const touched = (range) => {
  const found = scriptsOf(commonOf(range));
  const answer = list();
  for (let i = 0; found[i]; i++) if (touches(range, found[i])) answer[answer.length] = found[i];
  return answer;
};

export const insertion = (win) => {
  const { Node, Document, DocumentFragment, CharacterData, Element, Range } = win;
  replace(Node.prototype, "appendChild", (original) => ({
    appendChild(node) {
      let easy = false;
      try {
        easy = isEasy(node, this);
      } catch {}
      return easy ? apply(original, this, [node]) : inserted(original, this, listed(arguments));
    },
  }).appendChild);
  replace(Node.prototype, "insertBefore", (original) => ({
    insertBefore(node, next) {
      let easy = false;
      try {
        easy = arguments.length === 2 && isEasy(node, this);
      } catch {}
      return easy ? apply(original, this, [node, next]) : inserted(original, this, listed(arguments));
    },
  }).insertBefore);
  replace(Node.prototype, "removeChild", (original) => ({
    removeChild(node) {
      return isPart(node) ? retext(node, [], () => apply(original, this, [node])) : apply(original, this, arguments);
    },
  }).removeChild);
  const methods = (owner, names, part, body = inserted) => {
    const keys = words(names);
    for (let i = 0; i < keys.length; i++) patch(owner?.prototype, keys[i], body, part);
  };
  const changes = (owner, names, part) => methods(owner, names, part, (original, self, args) => retext(self, args, () => apply(original, self, args)));
  changes(CharacterData, "deleteData remove");
  changes(win.Text, "splitText");
  changes(win.HTMLElement, "outerText", "set");
  methods(Node, "replaceChild", "value", replacing);
  const parents = [Element, Document, DocumentFragment];
  for (let i = 0; i < 3; i++) {
    methods(parents[i], "append prepend", "value", joined);
    methods(parents[i], "replaceChildren", "value", filling);
    methods(parents[i], "moveBefore", "value", moved);
  }
  const children = [Element, CharacterData, win.DocumentType];
  for (let i = 0; i < 3; i++) {
    methods(children[i], "before after", "value", beside);
    methods(children[i], "replaceWith", "value", yielding);
  }
  methods(Element, "insertAdjacentElement", "value", adjacent);
  methods(Range, "insertNode", "value", (original, self, args) => ranged(self, args, () => ranging(original, self, args)));
  // What a range holds is taken out, and put in again. Meanwhile browsers keep all events back, and no frame could tell: so where
  // there is one, this is done in steps.
  methods(Range, "surroundContents", "value", (original, self, args) => {
    const has = attempt(() => {
      const found = ever.framed && N.nodeType(args[0]) === 1 && holder(start(self)) === holder(end(self)) ? queryAll(commonOf(self), "iframe,frame,object,embed") : [];
      for (let i = 0; found[i]; i++) if (touches(self, found[i])) return true;
    });
    if (!has) return ranged(self, args, () => ranging(original, self, args));
    ranged(self, args, () => {
      const fragment = apply(extractContents, self, []);
      N.empty(args[0]);
      ranging(insertNode, self, [args[0]]);
      inserted(appendChild, args[0], [fragment]);
      select(self, args[0]);
    });
  });
  methods(Range, "deleteContents", "value", (original, self, args) => ranged(self, args, () => apply(original, self, args)));
  const rangeAt = method(win.Selection?.prototype, "getRangeAt");
  methods(win.Selection, "deleteFromDocument", "value", (original, self, args) => ranged(attempt(() => rangeAt(self, 0)), args, () => apply(original, self, args)));
  methods(win.HTMLTableElement, "caption tHead tFoot", "set", replacing);
  methods(Document, "body", "set", replacing);
  methods(win.HTMLSelectElement, "add");
  methods(win.HTMLOptionsCollection, "add");

  // A copy of a tree, or a part of one, may have anything in it. `from` finds the scripts in what it is one of.
  const copying = (answer, from) => {
    const scripts = ever.script ? scriptsOf(answer) : "";
    if (scripts[0]) copyStarted(from(), scripts);
    const media = ever.media ? those(answer, "audio,video") : "";
    for (let i = 0; media[i]; i++) playApart(media[i]);
  };
  const copied = (owner, key) =>
    patch(owner.prototype, key, (original, self, args) => {
      const run = () => apply(original, self, args);
      const answer = key === "extractContents" ? ranged(self, args, run) : run();
      if (owner === Range || args[0]) attempt(() => note(answer));
      attempt(() => key !== "extractContents" && copying(answer, () => (owner === Node ? scriptsOf(self) : touched(self))));
      return answer;
    });
  copied(Node, "cloneNode");
  copied(Range, "cloneContents");
  copied(Range, "extractContents");
  // What is taken over from another document, or made for this one, loads before it is put in.
  const made = (owner, key) =>
    patch(owner?.prototype, key, (original, self, args) => {
      // In WebKit a picture would set out: so it is made for a document that nobody sees, and taken over.
      const to = N.isWebKit && key === "transformToFragment" ? attempt(() => N.viewOf(args[1]) && args[1]) : null;
      if (to) {
        const fragment = apply(original, self, [args[0], N.ownerDocument(content)]);
        return fragment && apply(adopt, to, [fragment]);
      }
      // A film's picture sets out while it is taken over, out of a document that nobody sees, and in WebKit any picture.
      if (key === "adoptNode")
        attempt(() => {
          const films = N.viewOf(self) && !N.viewOf(N.ownerDocument(args[0])) ? those(args[0], N.isWebKit ? PICTURES : "video[poster]") : "";
          for (let i = 0; films[i]; i++) scan(films[i], COMING);
        });
      const given = args[0];
      if (N.isWebKit && key === "importNode") attempt(() => N.viewOf(self) && !N.viewOf(N.ownerDocument(given)) && (args[0] = unseen(given, args[1])));
      const answer = leaving(args[0], () => apply(original, self, args));
      if (key === "importNode" && answer) attempt(() => copying(answer, () => scriptsOf(given)));
      if (answer) attempt(() => N.viewOf(N.ownerDocument(answer)) && (note(answer), scan(answer, COMING)));
      return answer;
    });
  made(Document, "importNode");
  made(Document, "adoptNode");
  const adopt = Document.prototype.adoptNode;
  made(win.XSLTProcessor, "transformToFragment");
  patch(Element.prototype, "attachShadow", (original, self, args) => {
    const given = args[0];
    // Nobody reaches into a copy of a closed root.
    if ((typeof given === "object" || typeof given === "function") && given) {
      let { mode } = given;
      if (mode !== undefined) mode = "" + mode;
      args[0] = mode === "closed" ? { __proto__: given, mode, clonable: false } : { __proto__: given, mode };
    }
    const answer = apply(original, self, args);
    ever.shadowed = true;
    roots.set(self, answer);
    attempt(() => hearShadow(answer));
    return answer;
  });
  patch(Document.prototype, "execCommand", (original, self, args) => {
    if (!args.length) return apply(original, self, args);
    const command = lower((args[0] = "" + args[0]));
    if (command === "insertimage") {
      const text = (args[2] = written(args[2]));
      const safe = attempt(() => rewrite(`<img src="${quoted(text)}">`, false, self), "");
      if (!startsWith(safe, "<img src")) args = ["insertHTML", false, safe];
    } else if (command === "inserthtml") args[2] = rewrite(written(args[2]), false, self);
    if (args.length > 2) framed(written(args[2]), self);
    const answer = apply(original, self, args);
    if (args.length > 2 && tells(args[2])) look(args[2], TEXT, N.rootOf(self));
    // Whatever it does may take frames out, and put them in again.
    else if (ever.framed) attempt(() => framesIn(self));
    return answer;
  });
};

// What a visitor pastes, drops or takes back comes in by no method.
const pasted = (event) => {
  if (exec(/^(?:insertFrom|history)/, event.inputType ?? "")) attempt(() => scan(N.eventTarget(event), TEXT));
};

// A document that is new in its window.
insertion.page = (win) => {
  const { document } = win;
  N.listen(document, "input", own(document, pasted), true);
  watch(document);
};
