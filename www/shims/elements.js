// Every way in which a script sets what an element loads, or puts an element in: setters, attributes, and the
// methods that insert. What is met there is held or let through by tree.js and held.js.

import { LINK, NOW, drop, judge } from "../gate.js";
import * as N from "../natives.js";
import { apply, attempt, getter, localName, parse, patch } from "../natives.js";
import { enlist, liveOrder, loadsAnywhere, orders, park, tickets, unpark } from "./held.js";
import { HELD, LINKS, LOADS, TYPE, isParked, judgeValue, marksOf, typeOf } from "./loads.js";
import { frame } from "./realms.js";
import { before, watch } from "./tree.js";

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

// A document that is new in its window.
elements.page = (win) => {
  N.listen(win.document, "load", hush, true);
  watch(win.document);
};

const attribute = window.Attr.prototype;
const nodeName = getter(attribute, "name");
const nodeText = getter(attribute, "value");
const nodeOwner = getter(attribute, "ownerElement");
