// What comes into a document: by a script, by the parser, or by a way that nobody knows of. Each
// element is met once before it can load, if that is possible, and held or let through.

import { INLINE, NOW, SCRIPT, gate, judge, pump } from "../gate.js";
import * as N from "../natives.js";
import { Observer, attempt, localName, pin, queryAll } from "../natives.js";
import {
  done, enlist, liveOrder, loadsAnywhere, orderOf, orders, park, releaseOther, tickets, unpark,
} from "./held.js";
import { HELD, LOADS, MARKED, SELECTOR, isParked, judgeValue, kindOf, marksOf, runs, typeOf } from "./loads.js";
import { frame } from "./realms.js";

let looking = false; // at what was there before: a late tag, or after a withdrawal
const seen = pin(new WeakSet()); // nodes that an insertion has looked through, for the observer

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

export const review = (root) => {
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
export const before = (node) => {
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

const observer = new Observer(observed);

// From now on everything that comes into a document is met.
export const watch = (document) => {
  N.observe(observer, document, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-consent"] });
  review(document);
};
