// What comes into a document: put in by a script, by the parser, or out of another document. Each element is met before
// it can load, if that is possible, and held or let through.
//
// Whatever a script does goes through the patched setters and methods. The observer is there for the parser alone, and
// looks on only as long as one is at work: on a page that has been read it would double the price of every node.

import { AWAITS, WAITING } from "../calls.js";
import { INLINE, LINK, NOW, SCRIPT, bases, gate, judge, pump } from "../gate.js";
import { living } from "../living.js";
import * as N from "../natives.js";
import { attempt, exec, list, localName, newSet, newWeakMap, newWeakSet, queryAll, sequence, startsWith, words } from "../natives.js";
import {
  again, brought, done, enlistElement, enlistWhere, ever, forget, heldBy, isLate, isStarted, liveOrder, loose, markStarted, orderOf, orders, park, planOf, releaseOther, spent, tickets,
  unpark,
} from "./held.js";
import {
  DRAWN, LOADING, LOADS, SELECTOR, awaited, isInert, isModule, isParked, isPlaceholder, keptAs, markOf, marksOf, read, runs, scriptAddress, typeOf,
} from "./loads.js";
import { instruct } from "./instructions.js";
import { hearShadow } from "./leaving.js";
import { codeOf, heldCode, heldImport, isMap, mapComes } from "./modules.js";
import { givenPage, reframe } from "./pages.js";
import { aim, documents, frame, hear, listen, mayNotGo, observer, own, unlisten, ways } from "./realms.js";
import { settleSheet, settleSheets, settleStyle } from "./styles.js";
import { blobOf, firstHeld, judgeEach, judgeValue, mayOnce } from "./tags.js";

// How an element is met: where it is; about to be put in by a script, which has not been prepared then; made of text,
// whose scripts never run.
const THERE = 0;
export const COMING = 1, TEXT = 2;

export const roots = newWeakMap(); // host → its root, closed ones too

let looking = false; // at what was there before: a late tag, or after a withdrawal

// One element. Answers whether something was held.
const visit = (element, how) => {
  const name = N.nameOf(element);
  if (name === "style") return settleSheet(element);
  if (name === "base") return rebased(element, how);
  if (tickets.has(element)) return true;
  if (name === "script") return visitScript(element, how);
  if (name === "video" || name === "audio") ever.media = true;
  const mark = markOf(element);
  let first = null;
  let live = false;
  for (const attribute in LOADS[name]) {
    const kept = ever.held ? N.getAttribute(element, keptAs(attribute)) : null;
    const value = kept ?? read(element, attribute);
    if (value == null) continue;
    // What only stands there until the awaited one comes is no address that a mark holds.
    const stands = kept == null && isPlaceholder(value) && awaited(element, attribute) != null;
    live ||= !stands;
    // What has arrived can't be called back; a picture that is there stays there, unless the browser may take another one for it.
    if (looking && kept == null && name === "img" && !N.hasAttribute(element, "srcset") && localName(N.parentNode(element)) !== "picture" && attempt(() => N.imageDone(element))) continue;
    const request = judgeValue(element, name, attribute, value, stands ? "" : mark);
    if (request) {
      if (FRAMES[name] > 1 && !mark && reframe(element, attribute, value)) continue;
      if (kept == null) park(element, name, attribute, value, how !== COMING);
      first ??= request;
    } else if (kept != null) releaseOther(element);
    // In WebKit a page of text that is on its way, too, so that it calls the gate (pages.js); what is there by a late tag has run.
    else if (FRAMES[name] > 1 && (how === COMING || (N.isWebKit && !looking && (attribute === "srcdoc" || blobOf(value)) && givenPage(element, attribute) === undefined))) reframe(element, attribute, value);
  }
  if (FRAMES[name]) {
    carry(element);
    if (how !== COMING) frame(element);
  }
  if (first) {
    if (how === COMING) enlistElement(element, first, NOW);
    else enlistWhere(element, name, first, NOW);
    return true;
  }
  // Where it has been sent since it got its address.
  const way = looking && ways.get(element);
  if (way && mayNotGo(element, way) && aim(element, way)) return true;
  if (live) return false;
  const marks = marksOf(element);
  if (!marks) return false;
  if (how === COMING) return true;
  const { kind, address } = planOf(element);
  return enlistInert(element, kind, address, marks, NOW);
};

// One of the parser's stands before what comes after it, which is met in its turn; but one that leads elsewhere may have been
// written behind something. That is looked at once all that came with it has been met.
let parsed = false;
let leading = null; // the document whose base does
const rebased = (base, how) => {
  const text = N.baseURI(base);
  const leads = !startsWith(text, N.home.origin + "/");
  if (leads) bases.add(text);
  if (how === COMING) return true;
  if (N.nodeType(N.rootIn(base)) !== 9) carry(base);
  if (looking || !N.isConnected(base)) return false;
  if (!parsed) review(N.ownerDocument(base));
  else if (leads) leading = N.ownerDocument(base);
  return false;
};

// What shows pages; 2: in a window that is there before they are, so that nothing of them runs unpatched.
export const FRAMES = { __proto__: null, iframe: 2, frame: 2, object: 1, embed: 1 };

// Frames, which are other ones wherever they come again, scripts, which tell only then what they are, and bases, which count only in
// a document. From the first on they are looked for in whatever is put in, since a tree may be taken out of the one that is noted below.
const { keys } = Object;
const CARRIES = { __proto__: null, ...FRAMES, script: 1, base: 1 };
const CARRIED = "" + keys(CARRIES);
const carry = (node) => {
  ever.framed = true;
  const root = N.rootIn(node);
  if (root === ever.own || (ever.shadowed && N.nodeType(root) === 11)) ever.shadowed = ever.deep = true;
};

// Marked and inert: always handed over, even if it is granted already, so that it takes its turn.
const enlistInert = (element, kind, address, marks, order) => {
  const request = !done.has(element) && !mayOnce(element, address) && judge(kind, address, marks, true, element);
  if (!request) return false;
  if (N.isConnected(element)) {
    if (order === NOW) done.add(element);
    enlistElement(element, request, order);
  } else if (N.nameOf(element) === "script") carry(element);
  else if (judge(kind, address, marks, false, element)) loose.add(element);
  else {
    done.add(element);
    releaseOther(element);
  }
  return true;
};

const isRules = (script) => exec(/^\s*(speculationrules|webbundle)\s*$/i, typeOf(script) ?? "") !== null;

const visitScript = (element, how) => {
  if (done.has(element) && !(looking && isRules(element))) return false;
  const marks = marksOf(element);
  const type = typeOf(element);
  const parked = isParked(element);
  if (how === TEXT && (parked || marks)) markStarted(element);
  const address = scriptAddress(element);
  const rules = isRules(element);
  const source = address ?? awaited(element, "src");
  // Empty, and marked: the address that it is to have makes it one that waits.
  const empty = marks && address == null && source != null && !N.firstChild(element);
  if ((!runs(type) && !rules) || empty) {
    if (isMap(type)) mapComes(element);
    if (!marks || !(isInert(type) || empty)) return false;
    if (how === COMING) return true;
    const order = orderOf(element, N.getAttribute(element, "data-type"), source != null);
    return enlistInert(element, source != null ? SCRIPT : INLINE, source ?? "about:blank", marks, order);
  }
  // Scripts that stand before a late tag have run, or can't be stopped, but for lists of rules; those made of text never run.
  if ((looking || how === TEXT) && !parked && !marks && !(looking && rules)) {
    done.add(element);
    return false;
  }
  // Only before the browser has prepared a script does `async` tell whether one was made by a script.
  if (!parked || how === COMING) orders.set(element, liveOrder(element));
  const order = orders.get(element) ?? orderOf(element);
  const connected = how !== COMING && N.isConnected(element);
  let request = null;
  let code = "";
  if (rules) request = judgeRules(N.textContent(element), element);
  else if (address != null) request = judgeValue(element, "script", "src", address, marks) ?? heldImport(element, type);
  else if (marks) request = judge(INLINE, "about:blank", marks);
  else {
    request = heldImport(element, type);
    if (!request && connected && parked) request = inline();
    else if (!request && connected && gate.engine) {
      // An inline script that needs what a held one would have defined waits with it.
      gate.script = element;
      code = attempt(() => (gate.engine.ask(WAITING, 0, "") ? N.textContent(element) : ""), "");
      if (code && attempt(() => gate.engine.ask(AWAITS, 0, code), 0)) request = inline();
    }
  }
  if (request) {
    park(element, "script");
    // The rules of a list count for as long as it stands there, and are read but once.
    if (looking && rules) {
      spent.add(element);
      again(element, N.parentNode(element));
    }
    if (connected) enlistElement(element, request, order, code);
    else loose.add(element);
    return true;
  }
  if (!parked) {
    if (connected && address != null) done.add(element);
  } else if (!connected) isStarted(element) || unpark(element);
  else enlistElement(element, { ...inline(), kind: SCRIPT }, order); // a held copy of what has been granted since
  return parked && connected;
};

const inline = () => ({ kind: INLINE, place: "", marks: "", inert: false, code: 0 });

// What a list of rules, or of what is in a bundle, would have fetched ahead: the addresses that it names, or those of the page's
// links. What can't be read as such is searched for addresses.
const { parse } = window.JSON;
const judgeRules = (text, of) => {
  let first = null;
  let linked = false;
  const read = (key, value) => {
    if (key === "where" || value === "document") linked = true;
    if (typeof value === "string" && key !== "href_matches") first ??= judge(LINK, value, "", false, of);
  };
  if (attempt(() => parse(text, read), text)) first ??= judgeEach(LINK, text, /"((?:https?:)?\/\/[^"*]+)"/gi, "", of);
  return first || !linked ? first : judgeLinks(attempt(() => N.ownerDocument(of) ?? of) ?? document);
};
// The first link of a tree, and of the roots in its shadows, that may not be fetched ahead.
const judgeLinks = (root) => {
  const links = queryAll(root, "a[href],area[href]");
  for (let i = 0; links[i]; i++) {
    const request = judge(LINK, N.getAttribute(links[i], "href"), "", false, links[i]);
    if (request) return request;
  }
  const all = ever.shadowed ? queryAll(root, "*") : "";
  for (let i = 0; all[i]; i++) {
    const shadow = shadowIn(all[i]);
    const request = shadow && judgeLinks(shadow);
    if (request) return request;
  }
  return null;
};

// A tag with that text runs as soon as it is read. What is held of it? `page`: whose maps its imports go by.
export const heldText = (tag, text, of, page) => {
  if (isParked(tag)) return null;
  if (isRules(tag)) return judgeRules(text, of);
  const type = typeOf(tag);
  if (!runs(type)) return null;
  const marks = scriptAddress(tag) == null ? marksOf(tag) : "";
  return marks ? judge(INLINE, "about:blank", marks) : heldCode(page, isModule(type), codeOf(tag, text));
};

// A script that is there is about to have that text: with it the browser prepares one that has not run yet, whatever its type was
// when it was put in.
export const retold = (script, text) => {
  const request = attempt(() => {
    if (isParked(script) || !N.isConnected(script)) return null;
    if (isMap(typeOf(script))) return mapComes(script, text);
    if (done.has(script) && !isRules(script)) return null;
    return heldText(script, text, script, N.ownerDocument(script)) ?? (runs(typeOf(script)) ? firstHeld(script, "script", script) : null);
  }, true);
  if (request) attempt(() => park(script, "script"));
};
// The same for a piece of it, at its beginning or its end.
export const retoldBy = (script, piece) => {
  const there = N.textContent(script);
  retold(script, there + piece);
  if (there) retold(script, piece + there);
};
// `run` gives a script that text, of which `tell` knows before; if it is held for that, it is handed over then.
export const retelling = (script, tell, run) => {
  attempt(tell);
  try {
    return run();
  } finally {
    attempt(() => isParked(script) && settle([script]));
  }
};

// Looks through a tree. One that was made elsewhere, or of text, may have anything in it: styles, and roots in its
// shadows; in one that scripts have made here, those were met when they were set.
export const scan = (root, how, strange = true) => {
  const type = N.nodeType(root);
  if (type !== 1 && type !== 9 && type !== 11) return false;
  let held = type === 1 && meet(root, how, strange);
  if (type === 1 && !N.firstOfElement(root)) return held;
  const found = queryAll(root, strange ? "*" : SELECTOR);
  for (let i = 0, element; (element = found[i]); i++) held = meet(element, how, strange) || held;
  return held;
};

const meet = (element, how, strange) => {
  const name = N.nameOf(element);
  const bare = !N.hasAttributes(element);
  let held = false;
  if (LOADING.has(name) ? !bare || LOADING.get(name) === 2 : !bare && how !== COMING && N.hasAttribute(element, "data-consent")) held = attempt(() => visit(element, how), true);
  if (!strange) return held;
  if (!bare && (N.hasAttribute(element, "style") || (SHAPES.has(name) && N.matches(element, DRAWN)))) held = attempt(() => settleStyle(element), true) || held;
  const shadow = shadowIn(element);
  if (!shadow || (shadow === ever.own && !ever.deep)) return held;
  ever.shadowed = true;
  hearShadow(shadow);
  if (how === THERE) attend(shadow);
  if (looking && gate.taken) settleSheets(shadow);
  return scan(shadow, how) || held;
};

export const shadowIn = (element) => N.shadowOf(element) ?? (ever.shadowed ? roots.get(element) : null);

const SHAPES = newSet();
const drawn = words("svg g a switch symbol defs pattern marker mask clipPath path rect circle ellipse line polyline polygon text tspan textPath use image foreignObject");
for (let i = 0; i < drawn.length; i++) SHAPES.add(drawn[i]);

const review = (root) => {
  const before = looking;
  looking = true;
  attempt(() => scan(root, THERE));
  settleSheets(root);
  looking = before;
  pump();
};
// Sound and film play in no document as well, and pictures load, where a look through one doesn't find them.
const playing = newWeakSet();
const apart = living();
export const playApart = (element) => {
  if (playing.has(element) || N.isConnected(element)) return;
  ever.media = true;
  playing.add(element);
  apart.add(element);
};
gate.also(() => gate.taken && apart.each((element) => void (scan(element, THERE, false) && pump())));
// What is loose is let go where it is.
gate.also(() => loose.each((element) => (attempt(() => visit(element, THERE)), true)));

// In every window, of whatever kind, that still shows its document.
gate.rescan = () => documents.each((document) => !N.viewOf(document) || void review(document));

// What a parser has put in, looked at before a script among it is prepared. Of a tree that came in as a whole only the top
// is told, of one that the parser built, every node: below a node that is told, nothing is looked at twice.
const observed = (records) => {
  let held = false;
  const met = newSet();
  const told = list();
  for (let i = 0; i < records.length; i++) {
    const nodes = N.recordAdded(records[i]);
    for (let j = 0; j < N.count(nodes); j++) {
      let node = nodes[j];
      const type = N.nodeType(node);
      // More of a style's text, or all of a script's: a browser that rests between two tags tells of the second when it is still empty.
      if (type === 3 && exec(/^(?:style|script)$/, localName(N.parentNode(node)))) node = N.parentNode(node);
      else if (type !== 1) continue;
      if (met.has(node)) continue;
      met.add((told[told.length] = node));
    }
  }
  parsed = true;
  for (let i = 0; i < told.length; i++)
    if (!met.has(N.parentNode(told[i]))) held = attempt(() => scan(told[i], THERE), true) || held;
  parsed = false;
  const led = leading;
  leading = null;
  if (led) review(led);
  if (held) pump();
};
// A mark that comes late.
const marked = (records) => {
  for (let i = 0; i < records.length; i++) remark(N.recordTarget(records[i]));
};

const attended = newWeakMap(); // root → what ends it

// From now on everything that a parser puts into a document, or into a root in its shadow, is met.
const attend = (root) => {
  const document = N.ownerDocument(root) ?? root;
  if (attended.has(root) || N.readyState(document) !== "loading") return;
  listen(document);
  const nodes = observer(document, observed);
  const marks = observer(document, marked);
  N.observe(nodes, root, { __proto__: null, childList: true, subtree: true });
  N.observe(marks, root, { __proto__: null, subtree: true, attributeFilter: sequence(["data-consent"]) });
  const end = own(document, () => {
    N.unlisten(document, "DOMContentLoaded", end);
    attended.delete(root);
    unlisten(document);
    observed(N.takeRecords(nodes));
    N.disconnect(nodes);
    N.disconnect(marks);
  });
  N.listen(document, "DOMContentLoaded", end);
  attended.set(root, end);
};

export const watch = (document) => {
  // One that was opened anew while it was read would never end.
  attended.get(document)?.();
  review(document);
  attend(document);
};

// Trees that are in no document, by their roots, in which something is that has to be met when they come into one. What scripts
// build is mostly not, since what it loads was judged when it was set.
const noted = newWeakSet();
export const note = (node) => void noted.add(N.rootIn(node));

// Can a tree be put in without another look, since nothing in it has to be met?
export const isPlainTree = (node, parent) => !gate.taken && !ever.framed && !ever.shadowed && !noted.has(node) && N.ownerDocument(node) === N.ownerDocument(parent);
// The same for an element: one that the table doesn't know, or whose addresses are judged as they are set.
export const isPlain = (node, parent) => {
  const name = N.nameOf(node);
  const weight = LOADING.get(name);
  if (N.firstOfElement(node) !== null) return weight === undefined && isPlainTree(node, parent);
  if (gate.taken) return false;
  if (weight === undefined) return !ever.deep || !shadowIn(node);
  // A picture without an address may be marked up for us.
  return weight === 1 && (name !== "img" || N.hasAttribute(node, "src")) && N.ownerDocument(node) === N.ownerDocument(parent);
};

// Before a node is put in by a script: what must not load is made inert. Answers what has to be looked at again once it
// is in, or `null`.
export const arrive = (node, parent) => {
  const type = N.nodeType(node);
  if (type === 7) instruct(node);
  else if (type === 11 && N.nodeType(parent) === 9)
    for (let one = N.firstChild(node); one; one = N.nextSibling(one)) if (N.nodeType(one) === 7) instruct(one);
  if (type !== 1 && type !== 11) return null;
  // A list of options doesn't tell whose it is.
  const document = attempt(() => N.ownerDocument(parent) ?? parent) ?? window.document;
  const strange = N.ownerDocument(node) !== document;
  const whole = noted.has(node);
  const name = type === 1 ? N.nameOf(node) : "";
  const weight = LOADING.get(name);
  if (!strange && attempt(() => N.isConnected(parent)) === false) {
    if (CARRIES[name] || (ever.framed && (ever.shadowed || N.rootIn(parent) === ever.own) && !ever.deep && queryAll(node, CARRIED)[0])) carry(parent);
    if (whole || weight === 2 || (weight && ever.held)) note(parent);
    if (name === "source") playApart(parent);
    return null;
  }
  // Into a document that nobody sees, nothing is loaded.
  if (!N.viewOf(document)) return null;
  const after = list();
  const see = (element) => {
    const name = N.nameOf(element);
    if (FRAMES[name]) hear(document);
    if (name === "script" && isLate(N.currentScript(document))) brought.add(element);
    if (attempt(() => visit(element, COMING), true) || name === "script" || FRAMES[name]) after[after.length] = element;
  };
  if (weight) see(node);
  if (strange || gate.taken) scan(node, COMING);
  const selector = strange || whole ? SELECTOR : ever.framed ? CARRIED : "";
  const within = (tree) => {
    let found = queryAll(tree, selector);
    for (let i = 0; found[i]; i++) see(found[i]);
    if (!ever.deep) return;
    found = queryAll(tree, "*");
    for (let i = 0; found[i]; i++) under(found[i]);
  };
  const under = (element) => {
    const shadow = shadowIn(element);
    if (shadow) within(shadow);
  };
  if (selector) {
    if (ever.deep && type === 1) under(node);
    if (type === 11 || N.firstOfElement(node)) within(node);
  }
  return after.length ? after : null;
};

// An element's marks may have changed: then it is met anew.
export const remark = (gate.remark = (element) => {
  if (!N.isConnected(element) || heldBy.get(element) === marksOf(element)) return;
  forget(element);
  done.delete(element);
  settle([element]);
});

// It is in.
export const settle = (after) => {
  let held = false;
  for (let i = 0; i < after.length; i++) {
    const element = after[i];
    // One that was let through has run, or is on its way.
    if (N.nameOf(element) !== "script" || isParked(element) || !runs(typeOf(element))) held = attempt(() => visit(element, THERE), true) || held;
    else if (N.isConnected(element) && (scriptAddress(element) != null || N.textContent(element))) done.add(element);
  }
  if (held) pump();
};
