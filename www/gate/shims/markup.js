// HTML given as text: `innerHTML` and its like, `document.write`, `createContextualFragment`, the `srcdoc` of a frame.
// The very same string is passed on unless a tag in it would load what is held; then just that tag is rewritten by its
// tokens (tags.js).

import { pump, whole } from "../gate.js";
import * as N from "../natives.js";
import { apply, attempt, exec, getter, isTrustedHtml, list, localName, lower, method, newWeakMap, newWeakSet, patch, queryAll, sequence, setter, slice, startsWith, swap, trustedText, written } from "../natives.js";
import { heldCss } from "./css.js";
import { blanked, ever, hushed, orderOf, orders, park, released } from "./held.js";
import { HELD, LOADS, TYPE, isModule, isParked, keptAs, runs, scriptAddress, typeOf } from "./loads.js";
import { heldCode } from "./modules.js";
import { frame, hear, reopened } from "./realms.js";
import { retext } from "./sheets-text.js";
import { settleSheet } from "./styles.js";
import { ANY, blobOf, byBases, content, firstHeld, heldStyle, isSealed, left, mayLoad, textOf, walk } from "./tags.js";
import { COMING, FRAMES, TEXT, arrive, note, ruled, scan, settle } from "./tree.js";

export const quoted = (text) => swap(/[&"]/g, text, (found) => (found[0] === "&" ? "&amp;" : "&quot;"));

// What is written into a document runs before anybody could look at it.
const importing = (tag, body, of) => {
  const type = typeOf(tag);
  return exec(/import/, body) && scriptAddress(tag) == null && !isParked(tag) && runs(type) && attempt(() => N.nodeType(of)) === 9 && heldCode(of, isModule(type), body);
};

// `scripts`: those in it will run. `of`: what its addresses hang on. `strange`: nobody knows where it comes to stand.
export const rewrite = (html, scripts, of = document, strange) => {
  if (!mayLoad(html)) return html;
  // What we can't read is not written: a fault of our own must not let anything through.
  return attempt(
    () => {
      const by = byBases(html, of);
      const shy = !scripts && ever.custom; // see `blanked`
      return walk(html, (name, tag, open, body, start, loose) => {
        if (name === "style") {
          const held = by((of) => heldStyle(body, of, loose));
          return held && open + held.text;
        }
        if (!LOADS[name] || (name === "script" && !scripts)) return null;
        if (!(shy && FRAMES[name] > 1) && !(by((of) => firstHeld(tag, name, of)) ?? (name === "script" && importing(tag, body, of)))) return null;
        ever.held = true;
        if (name === "script") return slice(open, 0, 7) + ` type="${quoted(TYPE + (tag.type ?? "-"))}"` + slice(open, 7) + (loose ? "" : body);
        let answer = "";
        let from = 0;
        for (let i = 0; i < tag.length; i++) {
          if (LOADS[name][tag[i].name] === undefined) continue;
          answer += slice(open, from, tag[i].at - start) + HELD;
          from = tag[i].at - start;
        }
        return answer + slice(open, from) + body;
      }, strange);
    },
    "",
  );
};

// The pages of frames that were rewritten: frame → the value that was given, and ours.
const pages = newWeakMap();
const { Blob, URL } = window;
const { createObjectURL } = URL;
const typeOfBlob = getter(Blob.prototype, "type");

// An address that is a script, whose answer may be a page: here it is written, so that it is read like any other text. Where
// none may be run that is only text, the address stays.
const { JSON, decodeURIComponent, encodeURIComponent, eval: run } = window;
const { stringify } = JSON;
let evals; // asked once, since a policy's reports tell of it
const answering = (address) =>
  attempt(() => {
    const code = exec(/^javascript:([^]*)/, address)?.[1];
    return code && (evals ??= attempt(() => run("1"), 0)) && "javascript:" + encodeURIComponent(`{let a=(0,eval)(${stringify(decodeURIComponent(code))});if(typeof a=="string"){document.open();document.write(a);document.close()}void 0}`);
  });

// Puts a frame's page, a `srcdoc`, a blob or what a script answers, in with its held tags made inert; its own realm and observer
// see to the rest. In a sealed frame nobody could release them, and under Trusted Types nobody can write it: `false`, and it is
// held as a whole.
export const reframe = (element, attribute, value) => {
  const blob = attribute === "srcdoc" ? null : blobOf(value);
  const page = blob ? textOf(blob) : attribute === "srcdoc" ? value : "";
  const text = page && !isSealed(element) ? rewrite(page, true, element) : page;
  const script = attribute === "src" && pages.get(element)?.safe !== value ? answering(whole(value, element)) : null;
  if (text === page && !script) return false;
  const put = () =>
    attempt(() => {
      const safe = script ?? (blob ? apply(createObjectURL, URL, [new Blob(sequence([text]), { __proto__: null, type: typeOfBlob(blob) })]) + exec(/(?:#[^]*)?$/, value)[0] : text);
      N.setAttribute(element, attribute, safe);
      N.removeAttribute(element, keptAs(attribute));
      ever.held = true;
      hushed(element, "load", false);
      pages.set(element, { attribute, value, safe });
      return true;
    }, false);
  // Chromium does not follow what a frame gets in the very task in which the parser has put it in.
  if (script || !N.isConnected(element) || N.readyState(N.ownerDocument(element)) !== "loading") return put();
  if (N.hasAttribute(element, attribute)) park(element, localName(element), attribute, value, true);
  N.setTimeout(() => void (put() || settle([element])), 0);
  return true;
};

// What the page gave there.
export const givenPage = (element, attribute) => {
  const page = pages.get(element);
  return page && page.attribute === attribute && N.getAttribute(element, attribute) === page.safe ? page.value : undefined;
};

const importNode = method(window.Document.prototype, "importNode");
const createDocumentFragment = method(window.Document.prototype, "createDocumentFragment");
const hostOf = getter(window.ShadowRoot?.prototype, "host");
const createRange = method(window.Document.prototype, "createRange");
const selectNode = method(window.Range?.prototype, "selectNode");
const fragmentOf = method(window.Range?.prototype, "createContextualFragment");

// Is there anything in a text that could matter, and does it have what its tags alone don't tell: styles, marks, roots in the shadow?
const ODD = "<style|url\\(|shadowroot|data-(?:consent|category|name|cookieconsent)|optanon-category-";
const SIGNS = new RegExp(ODD + "|" + ANY.source, "i");
const odd = new RegExp(ODD, "i");
// Roots may come of it, of which nobody tells. What is no text yet may be another one when it is read.
const rooted = (html) => {
  if (typeof html !== "string" || exec(/shadowroot/i, html)) ever.shadowed = ever.deep = true;
};
// A frame in it is about to come into a document.
export const framed = (html, node) => void (exec(/<(?:i?frame|object|embed)/i, html) && attempt(() => hear(N.ownerDocument(node) ?? node)));
export const tells = (html) => typeof html !== "string" || exec(SIGNS, html) !== null;

// What a text has become is looked through as well: what was rewritten goes to the quarantine, and what a
// reading by tags can't find, or Trusted Types did not let us write, is caught before it loads. New frames get their patches.
export const look = (html, how, parent, from, to) => {
  if (!parent) return;
  let held = false;
  attempt(() => {
    const strange = exec(odd, written(html)) !== null;
    note(parent);
    if (!from && !to) held = scan(parent, how, strange);
    else for (let node = from ? N.nextSibling(from) : N.firstChild(parent); node && node !== to; node = N.nextSibling(node)) held = scan(node, how, strange) || held;
  });
  if (held) pump();
};

// `document.write` may come in pieces: an unfinished tag or script is kept back until the rest arrives. One of which only the name has
// begun may be none, so it is written, and read again with the rest, as comments and raw text are: what is rewritten begins with the
// same letters.
const tails = newWeakMap();
const begun = newWeakMap();
const writer = newWeakMap();
const loose = newWeakSet(); // documents of which it isn't trusted text that is kept back
const strangers = newWeakSet(); // documents in which it is unknown in what the next text comes to stand
const NAME = /^<\/?[a-z]*$/i;
const { queueMicrotask } = window;
const NOTHING = window.trustedTypes?.emptyHTML ?? "";

// In a drawing text is read otherwise.
const setInner = setter(window.Element.prototype, "innerHTML");
const namespace = getter(window.Element.prototype, "namespaceURI");
const isDrawn = (element) => attempt(() => exec(/svg|Math/, namespace(element)) !== null, false);

export const markup = (win) => {
  const isHtml = (value) => trustedText(value) !== undefined;
  // Text to pass on: the value itself if nothing in it is held.
  const clean = (value, scripts, of, strange) => {
    const text = value === null ? "" : written(value);
    const safe = rewrite(text, scripts, of, strange);
    return safe !== text ? safe : isHtml(value) ? value : text;
  };
  // Passes the text of place `at` on, rewritten where it must be; where Trusted Types refuse ours, the page's own, by way of a
  // document in which nothing loads if `put` says where what comes of it belongs.
  const pass = (original, self, args, at, scripts, parent = self, put) => {
    const given = args[at];
    args[at] = clean(given, scripts, attempt(() => N.baseURI(self)), isDrawn(parent));
    framed(written(args[at]), self);
    if (args[at] !== given && isHtml(given))
      try {
        return apply(original, self, args);
      } catch {
        args[at] = given;
        if (put && attempt(() => N.isConnected(parent))) return apart(parent, (stand) => setInner(stand, given), put);
      }
    return apply(original, self, args);
  };
  // Fills an element that stands for `parent`, and puts what is in it then where it belongs.
  const apart = (parent, fill, put) => {
    const own = N.ownerDocument(content);
    const stand = importNode(own, localName(parent) ? parent : hostOf(parent), false);
    fill(stand);
    const fragment = createDocumentFragment(own);
    for (let node; (node = N.firstChild(stand)); ) N.insertBefore(fragment, node, null);
    const after = attempt(() => arrive(fragment, parent)) ?? [];
    blanked(after);
    put(fragment);
    attempt(() => settle(after));
  };
  const instead = (parent) => (fragment) => {
    for (let node; (node = N.firstChild(parent)); ) N.removeChild(parent, node);
    N.insertBefore(parent, fragment, null);
  };

  const inner = (original, self, args) => {
    const name = localName(self);
    if (name === "script") attempt(() => ruled(self, written(args[0])));
    // Nothing of a template loads, nor is a script's text markup; what comes out of there is met then.
    if (name === "template" || name === "script" || !tells(args[0])) return apply(original, self, args);
    if (name === "style") {
      const text = written(args[0]);
      args[0] = attempt(() => heldCss(text, self)?.text, "") ?? (isHtml(args[0]) ? args[0] : text);
      apply(original, self, args);
      attempt(() => settleSheet(self));
      return;
    }
    const answer = pass(original, self, args, 0, false, self, instead(self));
    look(args[0], TEXT, self);
    return answer;
  };
  const roots = [win.Element.prototype, win.ShadowRoot.prototype];
  const { setHTML } = win.Element.prototype;
  for (let i = 0; i < 2; i++) {
    patch(roots[i], "innerHTML", inner, "set");
    patch(roots[i], "setHTMLUnsafe", (original, self, args) => {
      rooted(args[0]);
      return inner(original, self, args);
    });
    // A sanitizer would drop what we write. So it works where nothing loads, and what it has let through is met when it comes here.
    patch(roots[i], "setHTML", (original, self, args) => {
      if (localName(self) === "script" || !tells(args[0])) return apply(original, self, args);
      apart(self, (stand) => apply(setHTML, stand, args), instead(self));
      attempt(() => look(args[0], TEXT, self));
    });
  }
  // Nobody reaches a closed root that a parser made. What else such a document has is met when it is taken over.
  patch(win.Document, "parseHTMLUnsafe", (original, self, args) => {
    rooted(args[0]);
    if (args.length && exec(/shadowroot/i, written(args[0]))) return pass(original, self, args, 0, true);
    return apply(original, self, args);
  });
  patch(win.Element.prototype, "outerHTML", (original, self, args) => {
    const parent = attempt(() => N.parentNode(self));
    if (!tells(args[0])) return retext(parent, args, () => apply(original, self, args));
    const from = attempt(() => N.previousSibling(self));
    const to = attempt(() => N.nextSibling(self));
    const put = (fragment) => {
      N.insertBefore(parent, fragment, self);
      N.removeChild(parent, self);
    };
    retext(parent, args, () => pass(original, self, args, 0, false, parent, put));
    look(args[0], TEXT, parent, from, to);
  }, "set");
  patch(win.Element.prototype, "insertAdjacentHTML", (original, self, args) => {
    if (args.length < 2) return apply(original, self, args);
    const place = lower((args[0] = "" + args[0]));
    const outside = place === "beforebegin" || place === "afterend";
    const parent = attempt(() => (outside ? N.parentNode(self) : self));
    if (!tells(args[1])) return retext(parent, args, () => apply(original, self, args));
    const from = place === "beforebegin" ? N.previousSibling(self) : place === "afterend" ? self : place === "beforeend" ? N.lastChild(self) : null;
    const to = place === "beforebegin" ? self : place === "afterend" ? N.nextSibling(self) : place === "afterbegin" ? N.firstChild(self) : null;
    retext(parent, args, () => pass(original, self, args, 1, false, parent, (fragment) => N.insertBefore(parent, fragment, to)));
    look(args[1], TEXT, parent, from, to);
  });
  // The scripts of a fragment run when it is put in; its pictures load at once.
  patch(win.Range.prototype, "createContextualFragment", (original, self, args) => {
    if (!args.length || !tells(args[0])) return apply(original, self, args);
    const answer = pass(original, self, args, 0, true);
    look(args[0], COMING, answer);
    return answer;
  });

  const { prototype } = win.Document;
  const plain = method(prototype, "write");
  // The page's own markup may finish what a script has begun; but for what might load.
  const flush = (self) => {
    const tail = tails.get(self);
    if (!tail || N.readyState(self) !== "loading") return;
    const head = begun.get(self);
    const text = head + tail;
    walk(text, () => null);
    if (left.half) return;
    begun.set(self, text);
    tails.delete(self);
    give(self, slice(rewrite(text, true, self), head.length), !loose.has(self));
  };
  // What was made of trusted text is trusted, if the page lets us say so.
  const give = (self, text, vouched) => plain(self, vouched ? attempt(() => N.trustedHtml(text), text) : text);
  // Where the tags of frames end in a text.
  const framesIn = (text, strange) => {
    const ends = list();
    if (exec(/<i?frame/i, text))
      walk(text, (name, tag, open, body, start) => {
        const end = start + open.length;
        if (!(FRAMES[name] > 1)) return;
        if (end <= ends[ends.length - 1]) ends.length = 0; // it is read again
        ends[ends.length] = end;
      }, strange);
    return ends;
  };
  const write = (last) => (original, self, args) => {
    const script = attempt(() => N.currentScript(self));
    const behind = script && released.has(script);
    // Where another script writes now, the parser has gone on meanwhile, and what had begun is over, but perhaps for a name.
    const same = writer.get(self) === script;
    let start = behind ? "" : (begun.get(self) ?? "");
    if (!same && !exec(NAME, start)) start = "";
    const kept = tails.get(self) ?? "";
    let text = start + kept;
    if (!kept) loose.delete(self);
    for (let i = 0; i < args.length; i++) {
      if (!isTrustedHtml(args[i])) loose.add(self);
      text += written(args[i]);
    }
    text += last;
    const vouched = !loose.has(self);
    const strange = strangers.has(self) || isDrawn(script);
    walk(text, () => null, strange);
    let { cut, open } = left;
    if (left.strange) strangers.add(self);
    if (!behind && exec(NAME, slice(text, cut))) {
      open = cut;
      cut = text.length;
    }
    const from = cut < start.length ? start.length : cut;
    begun.set(self, behind ? "" : slice(text, cut < text.length ? cut : open, from));
    tails.set(self, slice(text, from));
    if (from < text.length) apply(queueMicrotask, window, [() => attempt(() => flush(self))]);
    const whole = slice(text, 0, cut);
    if (behind) {
      attempt(() => writeBehind(script, args.length === 1 && isHtml(args[0]) && whole === text ? args[0] : whole));
      return;
    }
    // A document that no parser is at opens, which takes our listeners off; they are back before anything is parsed. A text
    // of nothing opens it, or is passed over where this one would be.
    attempt(() => plain(self, NOTHING));
    if (attempt(() => !N.firstChild(self))) reopened(self);
    let safe = rewrite(whole, true, self, strange);
    safe = startsWith(safe, start) ? slice(safe, start.length) : rewrite(slice(whole, start.length), true, self, strange);
    if (start && !same) safe = rewrite(safe, true, self, strange);
    writer.set(self, script);
    const untouched = start + safe === text && args.length === 1 && !kept && isHtml(args[0]);
    // What is written behind a frame must not find it as the browser makes it. What is trusted can't be taken apart where nobody may vouch for
    // its pieces.
    const ends = attempt(() => framesIn(safe, strange), list());
    let at = 0;
    const look = () => {
      const found = queryAll(self, "iframe,frame");
      for (let i = 0; found[i]; i++) frame(found[i]);
    };
    attempt(() => {
      for (let i = 0; i < ends.length; i++) {
        give(self, slice(safe, at, ends[i]), vouched);
        at = ends[i];
        look();
      }
    });
    if (at || !untouched) return give(self, slice(safe, at), vouched);
    const answer = apply(original, self, args);
    if (ends.length) attempt(look);
    return answer;
  };
  patch(prototype, "write", write(""));
  patch(prototype, "writeln", write("\n"));
  patch(prototype, "close", (original, self, args) => {
    tails.delete(self);
    begun.delete(self);
    strangers.delete(self);
    return apply(original, self, args);
  });
};

// What a script writes that is released when the parser is elsewhere, or has done, would take the page's place. It comes
// to stand where the parser would have put it: behind the script; its scripts run in the order in which they stand.
const ends = newWeakMap(); // script → the last node that it wrote
const writeBehind = (script, html) => {
  const parent = N.parentNode(script);
  const range = createRange(N.ownerDocument(script));
  selectNode(range, script);
  const fragment = fragmentOf(range, html);
  const before = N.nextSibling(ends.get(script) ?? script);
  const last = N.lastChild(fragment);
  if (!last) return;
  ends.set(script, last);
  const after = arrive(fragment, parent) ?? [];
  for (let i = 0; i < after.length; i++)
    if (localName(after[i]) === "script" && runs(typeOf(after[i]))) {
      orders.set(after[i], orderOf(after[i]));
      park(after[i], "script");
    }
  blanked(after);
  N.insertBefore(parent, fragment, before);
  settle(after);
};
