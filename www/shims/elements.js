// Elements that load: scripts, images, frames, links, media, embeds; and whatever is marked up for
// the gate. An element that may not load keeps its place and is made inert: a script by its type, any
// other by moving the address to `data-held-…`. Both survive cloning, so a copy of a held
// element is a held element. Releasing puts back what was there and lets the browser do the rest.

import {
  DEFERRED, EMBED, FRAME, IMAGE, INLINE, INLINE_ORDER, LINK, MEDIA, NOW, ORDERED, OTHER, SCRIPT, STYLESHEET,
  drop, gate, hold, judge, pump,
} from "../gate.js";
import * as N from "../natives.js";
import { Observer, apply, attempt, getter, localName, parse, patch, pin, queryAll } from "../natives.js";
import { heldIn } from "./markup.js";
import { frame } from "./realms.js";

// Which attribute of which element loads what.
export const LOADS = {
  __proto__: null,
  script: { src: SCRIPT, href: SCRIPT },
  img: { src: IMAGE, srcset: IMAGE },
  source: { src: MEDIA, srcset: IMAGE },
  iframe: { src: FRAME, srcdoc: FRAME },
  frame: { src: FRAME },
  embed: { src: EMBED },
  object: { data: EMBED },
  video: { src: MEDIA, poster: IMAGE },
  audio: { src: MEDIA },
  track: { src: MEDIA },
  link: { href: LINK },
  input: { src: IMAGE },
  image: { href: IMAGE },
};

// The attributes in which marks stand: our own, and those of the tools that sites come from. What
// they mean is the engine's business.
const MARKS = ["data-consent", "data-category", "data-service", "data-name", "data-cookieconsent", "class"];
const MARKED = "[data-consent],[data-category],[data-name],[data-cookieconsent],[class*=optanon-category-]";
const SELECTOR = Object.keys(LOADS) + "," + MARKED;

const HELD = "data-held-";
const TYPE = "held/"; // `held/` + the type it had, `held/-` for none
const LINKS = /(^|\s)(stylesheet|(module)?preload|prefetch|prerender|preconnect|dns-prefetch|(\S+-)?icon\S*|manifest)(\s|$)/i;

const tickets = pin(new WeakMap()); // element → ticket, while the quarantine has it
const orders = pin(new WeakMap()); // script → order, where its attributes don't tell
export const released = pin(new WeakSet()); // scripts
const done = pin(new WeakSet()); // scripts that were let through or released
let looking = false; // at what was there before: a late tag, or after a withdrawal
const seen = pin(new WeakSet()); // nodes that an insertion has looked through, for the observer

const marksOf = (element) => {
  if (!N.matches(element, MARKED)) return "";
  let answer = "";
  for (let i = 0; i < MARKS.length; i++) {
    const value = N.getAttribute(element, MARKS[i]);
    answer += (i ? "\u0001" : "") + (value == null ? "" : "=" + value);
  }
  return answer;
};

const kindOf = (element, name, attribute) => {
  const kind = LOADS[name]?.[attribute] ?? OTHER;
  return kind === LINK && /(^|\s)stylesheet(\s|$)/i.test(N.getAttribute(element, "rel")) ? STYLESHEET : kind;
};

// A script's type without our prefix; `null`: it has none.
const typeOf = (element) => {
  const type = N.getAttribute(element, "type");
  return type?.slice(0, 5) === TYPE ? (type === TYPE + "-" ? null : type.slice(5)) : type;
};
const isParked = (element) => N.getAttribute(element, "type")?.slice(0, 5) === TYPE;
const runs = (type) => !type || /^\s*(module|((text|application)\/(x-)?(java|ecma)script|text\/(javascript1\.[0-5]|jscript|livescript))(\s*;.*)?)\s*$/i.test(type);

// The first address of a value that may not load. `srcset` names several, a `srcdoc` whole tags.
const judgeValue = (element, name, attribute, text, marks) => {
  const kind = kindOf(element, name, attribute);
  if (kind === SCRIPT && !runs(typeOf(element))) return null;
  if ((kind === LINK || kind === STYLESHEET) && !LINKS.test(N.getAttribute(element, "rel"))) return null;
  if (attribute === "srcdoc") return heldIn(text) ?? (marks ? judge(kind, "about:srcdoc", marks) : null);
  if (attribute !== "srcset") return judge(kind, text, marks);
  const candidates = text.match(/[^\s,]\S*[^\s,](?=[\s,]|$)/g) ?? [];
  for (let i = 0; i < candidates.length; i++) {
    if (/^[\d.]+[wxh]$/.test(candidates[i])) continue;
    const request = judge(kind, candidates[i], marks);
    if (request) return request;
  }
  return null;
};

// For a tag that is still text: what in it may not load, and the type it then gets as a script.
export const firstHeld = (element, name) => {
  const marks = marksOf(element);
  for (const attribute in LOADS[name]) {
    const value = N.getAttribute(element, attribute);
    const request = value == null ? null : judgeValue(element, name, attribute, value, marks);
    if (request) return { request, type: TYPE + (N.getAttribute(element, "type") ?? "-") };
  }
  return null;
};

const park = (element, name, attribute, text, loading) => {
  if (name === "script") {
    if (!isParked(element)) N.setAttribute(element, "type", TYPE + (N.getAttribute(element, "type") ?? "-"));
    return;
  }
  N.setAttribute(element, HELD + attribute, text);
  N.removeAttribute(element, attribute);
  // Media goes on playing until it is told that it has nothing left.
  if (loading) attempt(() => N.load(name === "source" ? N.parentNode(element) : element));
  // A frame goes on loading or showing what it has until it is sent elsewhere; `replace` leaves no
  // history. One that is blank, and not on its way, is left alone.
  if (LOADS[name][attribute] !== FRAME) return;
  const shown = attempt(() => N.frameWindow(element));
  if (!shown || (!loading && attempt(() => shown.location.href) === "about:blank")) return;
  attempt(() => shown.location.replace("about:blank"));
};

const unpark = (element) => {
  if (!isParked(element)) return;
  const type = typeOf(element);
  if (type == null) N.removeAttribute(element, "type");
  else N.setAttribute(element, "type", type);
};

const orderOf = (element, type = typeOf(element), address = N.hasAttribute(element, "src")) => {
  if (N.hasAttribute(element, "async")) return NOW;
  if (/^\s*module\s*$/i.test(type) || (address && N.hasAttribute(element, "defer"))) return DEFERRED;
  return address ? ORDERED : INLINE_ORDER;
};

// The same for a script that the browser has not prepared: one made by a script is async.
const liveOrder = (element) => (attempt(() => N.scriptAsync(element)) === true ? NOW : orderOf(element));

// Does it load without being in a document?
const loadsAnywhere = (name) => name === "img" || name === "audio" || name === "video";

// Puts a made-inert element into the quarantine. Where there is no room it stays inert.
const enlist = (element, request, order, code) => {
  const known = tickets.get(element);
  if (known) {
    if (known.place === request.place) return;
    drop(known);
  }
  const ticket = {
    element,
    place: request.place,
    // Answers: will an ordered script report that it has loaded or failed?
    release: () => {
      tickets.delete(element);
      return attempt(() => {
        const name = localName(element);
        if (name === "script") return releaseScript(element, ticket, order);
        // Chromium does not follow an address that a frame gets in the very task in which the parser
        // has put it in.
        if (name === "iframe" && N.readyState(document) === "loading") N.setTimeout(() => void attempt(() => releaseOther(element)), 0);
        else releaseOther(element);
        return false;
      }, false);
    },
    refuse: () => undefined,
  };
  if (hold(request, ticket, order, 0, code)) tickets.set(element, ticket);
};

const MOVED = ["src", "srcset", "href", "poster", "data", "type"];
// `data-src` and its like become live; for an element that was marked up as inert.
const activate = (element) => {
  for (let i = 0; i < MOVED.length; i++) {
    const value = N.getAttribute(element, "data-" + MOVED[i]);
    if (value != null) N.setAttribute(element, MOVED[i], value);
  }
};

// The same element is taken out and put in again: that keeps its nonce, needs no policy under
// Trusted Types, and makes the browser prepare it as if for the first time.
const releaseScript = (element, ticket, order) => {
  const inert = N.getAttribute(element, "type");
  unpark(element);
  if (/^\s*text\/plain\s*$/i.test(inert)) {
    N.removeAttribute(element, "type");
    activate(element);
  }
  done.add(element);
  released.add(element);
  const parent = N.parentNode(element);
  if (!parent || !N.isConnected(element)) return false;
  if (order === ORDERED || order === DEFERRED) N.setScriptAsync(element, false);
  const loads = N.hasAttribute(element, "src") && order !== NOW;
  if (loads) {
    const settle = () => {
      N.unlisten(element, "load", settle);
      N.unlisten(element, "error", settle);
      attempt(() => gate.engine.settled(ticket.number));
    };
    N.listen(element, "load", settle);
    N.listen(element, "error", settle);
  }
  const next = N.nextSibling(element);
  N.removeChild(parent, element);
  N.insertBefore(parent, element, next);
  return loads;
};

const releaseOther = (element) => {
  const name = localName(element);
  const attributes = LOADS[name] ?? {};
  let parked = false;
  for (const attribute in attributes) {
    const value = N.getAttribute(element, HELD + attribute);
    if (value == null) continue;
    parked = true;
    // Judged again: the element may name several hosts, of which one was asked for.
    const request = judgeValue(element, name, attribute, value, marksOf(element));
    if (request) {
      enlist(element, request, NOW);
      continue;
    }
    N.setAttribute(element, attribute, value);
    N.removeAttribute(element, HELD + attribute);
  }
  if (parked) return false;
  activate(element);
  // Media marked as a whole: its sources and tracks are part of it.
  if (name === "video" || name === "audio" || name === "picture") {
    const parts = queryAll(element, "source,track,img");
    for (let i = 0; i < parts.length; i++) if (!marksOf(parts[i])) activate(parts[i]);
    if (name !== "picture") attempt(() => N.load(element));
  }
  return false;
};

// One element, met in markup, in an inserted tree, or by the observer. `inserting`: it is about to be
// put into the document by a script, and a script element is not prepared yet. Answers whether
// something was held.
const visit = (element, inserting) => {
  if (tickets.has(element)) return true;
  const name = localName(element);
  const marks = marksOf(element);
  if (name === "script") return visitScript(element, marks, inserting);
  const attributes = LOADS[name];
  const connected = inserting || N.isConnected(element);
  let live = false;
  for (const attribute in attributes) {
    const parked = N.getAttribute(element, HELD + attribute);
    const value = parked ?? N.getAttribute(element, attribute);
    if (value == null) continue;
    live = true;
    // What has arrived can't be called back; a picture that is there stays there.
    if (name === "img" && looking && parked == null && attempt(() => N.imageDone(element))) continue;
    const request = judgeValue(element, name, attribute, value, marks);
    if (request) {
      if (parked == null) park(element, name, attribute, value, !inserting);
      if (connected || loadsAnywhere(name)) enlist(element, request, NOW);
      return true;
    }
    if (parked != null) releaseOther(element);
  }
  if (name === "iframe" && !inserting) frame(element);
  if (live || !marks) return false;
  if (inserting) return true;
  const address = N.getAttribute(element, "data-src") ?? N.getAttribute(element, "data-href") ?? N.getAttribute(element, "data-srcset")?.trim().split(/\s/)[0] ?? "about:blank";
  return enlistInert(element, kindOf(element, name, name === "link" ? "href" : name === "object" ? "data" : "src"), address, marks, NOW);
};

// Marked and inert: always handed over, even if it is granted already, so that it takes its turn.
const enlistInert = (element, kind, address, marks, order) => {
  const request = !done.has(element) && judge(kind, address, marks, true);
  if (!request) return false;
  if (N.isConnected(element)) {
    if (order === NOW) done.add(element);
    enlist(element, request, order);
  }
  return true;
};

const visitScript = (element, marks, inserting) => {
  if (done.has(element)) return false;
  const type = typeOf(element);
  const parked = isParked(element);
  const address = N.getAttribute(element, "src") ?? N.getAttribute(element, "href");
  if (!runs(type)) {
    if (!marks || !/^\s*text\/plain\s*$/i.test(type)) return false;
    if (inserting) return true;
    const source = address ?? N.getAttribute(element, "data-src");
    const order = orderOf(element, N.getAttribute(element, "data-type"), source != null);
    return enlistInert(element, source != null ? SCRIPT : INLINE, source ?? "about:blank", marks, order);
  }
  // Scripts that stand before a late tag have run, or can't be stopped; those made of text never run.
  if ((looking || inserting === "text") && !parked && !marks) {
    done.add(element);
    return false;
  }
  // Only before the browser has prepared a script does `async` tell whether one was made by a script.
  if (!parked || inserting) orders.set(element, liveOrder(element));
  const order = orders.get(element) ?? orderOf(element);
  const connected = !inserting && N.isConnected(element);
  let request = null;
  let code = "";
  if (address != null) request = judgeValue(element, "script", "src", address, marks);
  else if (marks) request = judge(INLINE, "about:blank", marks);
  else if (connected && parked) request = inline();
  else if (connected && gate.engine) {
    // An inline script that needs what a held one would have defined waits with it.
    code = attempt(() => (gate.engine.waiting() ? N.textContent(element) : ""), "");
    if (code && attempt(() => gate.engine.awaits(code), false)) request = inline();
  }
  if (request) {
    park(element, "script");
    if (connected) enlist(element, request, order, code);
    return true;
  }
  if (!parked) {
    if (connected && address != null) done.add(element);
  } else if (!connected) unpark(element);
  else {
    // A held copy of what has been granted since.
    request = { ...inline(), kind: SCRIPT };
    enlist(element, request, order);
  }
  return parked && connected;
};

const inline = () => ({ kind: INLINE, place: "", marks: "", inert: false, code: 0 });

// Looks through a tree. `inserting`: see `visit`; "text" says that it was made of text, whose scripts
// never run. Nodes without children cost one look at their name.
export const scan = (root, inserting) => {
  let held = false;
  const type = N.nodeType(root);
  if (type === 1) {
    if (LOADS[localName(root)] || (!inserting && N.matches(root, MARKED))) held = visit(root, inserting);
    if (!N.firstOfElement(root)) return held;
  } else if (type !== 9 && type !== 11) return held;
  const found = queryAll(root, SELECTOR);
  for (let i = 0; i < found.length; i++) held = attempt(() => visit(found[i], inserting), true) || held;
  return held;
};

// A value is about to be set. Answers whether it was held instead.
export const intercept = (element, attribute, text) => {
  const name = localName(element);
  if (name === "script" && attribute === "type") {
    if (!isParked(element)) return false;
    N.setAttribute(element, "type", TYPE + text);
    return true;
  }
  if (name === "link" && attribute === "rel") {
    const address = N.getAttribute(element, HELD + "href") ?? N.getAttribute(element, "href");
    if (address != null && N.isConnected(element) && LINKS.test(text) && judge(LINK, address, marksOf(element))) park(element, name, "href", address);
    return false;
  }
  if (LOADS[name]?.[attribute] === undefined) return false;
  const known = tickets.get(element);
  if (known) {
    drop(known);
    tickets.delete(element);
  }
  const request = judgeValue(element, name, attribute, text, marksOf(element));
  if (!request) {
    if (name === "script") unpark(element);
    else N.removeAttribute(element, HELD + attribute);
    return false;
  }
  if (name === "script") {
    if (!isParked(element)) orders.set(element, liveOrder(element));
    park(element, name);
  } else park(element, name, attribute, text);
  if (N.isConnected(element) || loadsAnywhere(name)) enlist(element, request, orders.get(element) ?? NOW);
  // A script keeps its address: with that type it is inert.
  return name !== "script";
};

const review = (root) => {
  looking = true;
  attempt(() => scan(root, false));
  const found = queryAll(root, "iframe");
  for (let i = 0; i < found.length; i++) attempt(() => review(N.frameWindow(found[i]).document));
  looking = false;
  pump();
};
gate.rescan = () => review(document);

// What the parser and unpatched paths put in, looked at before a parser-inserted script is prepared.
const observed = (records) => {
  let held = false;
  for (let i = 0; i < records.length; i++) {
    const { addedNodes, target, type } = records[i];
    if (type === "attributes") held = attempt(() => visit(target, false), true) || held;
    for (let j = 0; j < addedNodes.length; j++) {
      const node = addedNodes[j];
      attempt(() => {
        if (!seen.has(node)) held = scan(node, false) || held;
        else if (N.nodeType(node) === 1 && N.matches(node, MARKED)) held = visit(node, false) || held;
      });
    }
  }
  if (held) pump();
};

// Before an insertion: what must not load is made inert. Answers the frames in it, whose windows
// exist as soon as they are in.
const before = (node) => {
  const type = N.nodeType(node);
  if (type !== 1 && type !== 11) return null;
  let held = false;
  let frames = null;
  const look = (element) => {
    if (visit(element, true)) held = true;
    if (localName(element) === "iframe") (frames ??= [])[frames.length] = element;
  };
  if (type === 11 || N.firstOfElement(node)) {
    const found = queryAll(node, SELECTOR);
    for (let i = 0; i < found.length; i++) look(found[i]);
  }
  if (type === 1 && LOADS[localName(node)]) look(node);
  if (!held && type === 1) seen.add(node);
  return frames;
};

const inserted = (original, self, args) => {
  let frames = null;
  for (let i = 0; i < args.length; i++) {
    const node = args[i];
    if (typeof node === "object" && node) frames = attempt(() => before(node), null) ?? frames;
  }
  const answer = apply(original, self, args);
  if (frames) for (let i = 0; i < frames.length; i++) frame(frames[i]);
  return answer;
};

const ATTRIBUTES = [
  ["Script", "src"], ["Script", "type"], ["Image", "src"], ["Image", "srcset"], ["Source", "src"], ["Source", "srcset"],
  ["IFrame", "src"], ["IFrame", "srcdoc"], ["Frame", "src"], ["Embed", "src"], ["Object", "data"], ["Media", "src"],
  ["Video", "poster"], ["Track", "src"], ["Link", "href"], ["Link", "rel"], ["Input", "src"],
];

export const elements = (win) => {
  const html = (name) => win["HTML" + name + "Element"]?.prototype;
  const types = win.trustedTypes;
  // An argument is turned into text once, and that text is passed on; only a trusted value is
  // passed on as it is, because it can't answer differently the second time.
  const passed = (value, text) =>
    types && typeof value === "object" && (types.isScriptURL(value) || types.isHTML(value) || types.isScript(value)) ? value : text;

  for (let i = 0; i < ATTRIBUTES.length; i++) {
    const [name, attribute] = ATTRIBUTES[i];
    const owner = html(name);
    patch(owner, attribute, (original, self, args) => {
      const text = "" + args[0];
      if (!attempt(() => intercept(self, attribute, text), true)) apply(original, self, [passed(args[0], text)]);
    }, "set");
    patch(owner, attribute, (original, self, args) => {
      const value = attempt(() => (attribute === "type" ? isParked(self) && (typeOf(self) ?? "") : N.getAttribute(self, HELD + attribute)));
      if (typeof value !== "string") return apply(original, self, args);
      const url = attribute === "type" || attribute.slice(0, 3) === "src" && attribute !== "src" ? null : parse(value, N.baseURI(self));
      return url ? N.href(url) : value;
    }, "get");
  }

  const element = win.Element.prototype;
  const set = (position) => (original, self, args) => {
    if (!LOADS[localName(self)] || args.length < position + 2) return apply(original, self, args);
    const name = "" + args[position];
    const text = "" + args[position + 1];
    if (attempt(() => intercept(self, name.toLowerCase().split(":").pop(), text), true)) return;
    const sent = position ? [args[0], name, passed(args[2], text)] : [name, passed(args[1], text)];
    return apply(original, self, sent);
  };
  patch(element, "setAttribute", set(0));
  patch(element, "setAttributeNS", set(1));
  patch(element, "removeAttribute", (original, self, args) => {
    const name = localName(self);
    if (LOADS[name] && args.length) {
      const attribute = ("" + args[0]).toLowerCase();
      attempt(() => {
        if (!LOADS[name][attribute] || !tickets.has(self)) return;
        if (name !== "script") N.removeAttribute(self, HELD + attribute);
        drop(tickets.get(self));
        tickets.delete(self);
      });
    }
    return apply(original, self, args);
  });
  const setNode = (original, self, args) => {
    const node = args[0];
    if (LOADS[localName(self)] && attempt(() => intercept(self, nodeName(node).toLowerCase(), nodeText(node)), false)) return null;
    return apply(original, self, args);
  };
  patch(element, "setAttributeNode", setNode);
  patch(element, "setAttributeNodeNS", setNode);
  patch(win.Attr.prototype, "value", (original, self, args) => {
    const text = "" + args[0];
    const owner = attempt(() => nodeOwner(self));
    if (!owner || !LOADS[localName(owner)] || !attempt(() => intercept(owner, nodeName(self).toLowerCase(), text), true)) apply(original, self, [text]);
  }, "set");

  const { Node, Document, DocumentFragment, CharacterData, Range } = win;
  const methods = (owner, names) => {
    for (let i = 0; i < names.length; i++) patch(owner.prototype, names[i], inserted);
  };
  methods(Node, ["appendChild", "insertBefore", "replaceChild"]);
  const parents = [win.Element, Document, DocumentFragment];
  for (let i = 0; i < 3; i++) methods(parents[i], ["append", "prepend", "replaceChildren", "moveBefore"]);
  methods(win.Element, ["before", "after", "replaceWith"]);
  methods(CharacterData, ["before", "after", "replaceWith"]);
  methods(Range, ["insertNode", "surroundContents"]);
  patch(element, "insertAdjacentElement", inserted);
};

// A held frame shows a blank page; that this has loaded is nobody's business.
const hush = (event) => {
  const { target } = event;
  if (localName(target) === "iframe" && N.hasAttribute(target, HELD + "src")) event.stopImmediatePropagation();
};
const observer = new Observer(observed);

// A document that is new in its window.
elements.page = (win) => {
  N.listen(win.document, "load", hush, true);
  N.observe(observer, win.document, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-consent"] });
  review(win.document);
};

const attribute = window.Attr.prototype;
const nodeName = getter(attribute, "name");
const nodeText = getter(attribute, "value");
const nodeOwner = getter(attribute, "ownerElement");
