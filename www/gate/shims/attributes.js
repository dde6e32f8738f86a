// What an element loads by, set, read and taken away as an attribute, by its name or as an object.

import * as N from "../natives.js";
import { apply, attempt, getter, indexOf, isRefused, listed, localName, lower, method, patch, replace, setter, slice, startsWith, written } from "../natives.js";
import { unbarred } from "./css.js";
import { ever, forget } from "./held.js";
import { HELD, LOADS, MARKS, TYPE, effectOf, isParked, keptAs, plainName, typeOf } from "./loads.js";
import { givenPage } from "./pages.js";
import { changed, isCondition, passed, prejudge, set } from "./setting.js";
import { barred, settleStyle } from "./styles.js";

// What the page has set as text, where something else may stand; `there` is what does.
const kept = (element, attribute, there) => {
  if (effectOf(attribute) === 2) return there && unbarred(there);
  if (attribute === "type") return isParked(element) ? typeOf(element) : there;
  const place = keptAs(attribute);
  return (place && N.getAttribute(element, place)) ?? givenPage(element, attribute) ?? there;
};

// Attributes as objects.
const attribute = window.Attr.prototype;
const nodeName = getter(attribute, "name");
const nodeSpace = getter(attribute, "namespaceURI");
const nodeText = getter(attribute, "value");
const nodeOwner = getter(attribute, "ownerElement");
const setNode = method(window.NamedNodeMap.prototype, "setNamedItem");
const removeNode = method(window.NamedNodeMap.prototype, "removeNamedItem");
const createNode = method(window.Document.prototype, "createAttribute");
const setNodeText = setter(attribute, "value");
const like = (name, value) => {
  const node = createNode(document, name);
  setNodeText(node, value);
  return node;
};
const nameOfNode = (node) => plainName(nodeSpace(node), nodeName(node));
// A list of attributes doesn't tell whose it is; one that is in it does.
const ownerOf = (list) => {
  const node = createNode(document, "data-held-by");
  setNode(list, node);
  const owner = nodeOwner(node);
  removeNode(list, "data-held-by");
  return owner;
};

// `at`: the place of the name among the arguments.
const setAttribute = (original, self, args, at) => {
  if (args.length < at + 2 || isRefused(args, at + 1)) return apply(original, self, args);
  if (at && args[0] != null) args[0] = "" + args[0];
  const given = (args[at] = "" + args[at]);
  const value = args[at + 1];
  const text = written(value);
  args[at + 1] = passed(value, text);
  const name = at ? plainName(args[0], given) : lower(given);
  if (effectOf(name) === 2) {
    const held = barred(text, self);
    if (held) args[at + 1] = held.text;
    apply(original, self, args);
    if (held) attempt(() => settleStyle(self));
    return;
  }
  set(self, name, text, original, self, args);
};

const keptIn = (owner, name) => (ever.held && typeof name === "string" && effectOf(name) === 1 ? attempt(() => N.getAttribute(owner, keptAs(lower(name))), null) : null);

// An attribute is about to go. Answers whether it must not: by its type a held script is known, and it has none then.
const goes = (self, own) => {
  const name = localName(self);
  if (name === "script" && own === "type") {
    if (isParked(self)) N.setAttribute(self, "type", TYPE + "-");
    return isParked(self);
  }
  if (LOADS[name]?.[own] || own === "src") {
    if (name !== "script") N.removeAttribute(self, keptAs(own));
    forget(self);
  }
  return false;
};
// Whoever makes an element like one of another page takes away what that one hasn't: not what is kept here. But who goes on until
// nothing is left is to come to an end.
let last = null;
let often = 0;
const isKept = (element, name) => {
  if (!startsWith(name, HELD) || effectOf(slice(name, HELD.length)) !== 1 || !N.hasAttribute(element, name)) return false;
  if (!last) N.setTimeout(() => (last = null), 0);
  if (last !== element) often = 0;
  last = element;
  if (often++ < 9) return true;
  forget(element);
  return false;
};
const changing = (element, name) => {
  const kind = localName(element);
  if (name !== "type" && isCondition(kind, name)) attempt(() => prejudge(element, kind));
};
const removed = (at) => (original, self, args) => {
  if (args.length <= at) return apply(original, self, args);
  const name = (args[at] = "" + args[at]);
  if (ever.held && attempt(() => isKept(self, lower(name)), false)) return;
  const own = effectOf(name) ? attempt(() => (at ? plainName(args[0], name) : lower(name))) : undefined;
  if (own && ever.held && attempt(() => goes(self, own))) return;
  if (own) changing(self, own);
  apply(original, self, args);
  if (own) changed(self, own);
};

// As an object: `of` tells whose it is, `name` its name, from what is given.
const taken = (of, name) => (original, self, args) => {
  const own = args.length ? attempt(() => lower(name(args)), "") : "";
  if (own !== "type" && own !== MARKS[0] && own !== "crossorigin" && !startsWith(own, HELD)) return apply(original, self, args);
  const owner = attempt(() => of(self));
  const node = attempt(() => (own !== "type" ? isKept(owner, own) && like(own, N.getAttribute(owner, own)) : isParked(owner) && like(own, typeOf(owner) ?? "")));
  if (node && (own !== "type" || attempt(() => goes(owner, own)))) return node;
  if (owner) changing(owner, own);
  const answer = apply(original, self, args);
  if (owner) changed(owner, own);
  return answer;
};

const setAttributeNode = (owner) => (original, self, args) => {
  const node = args[0];
  const name = attempt(() => nameOfNode(node));
  const effect = name ? effectOf(name) : 0;
  if (effect === 0) return apply(original, self, args);
  const text = nodeText(node);
  if (effect === 1) return set(attempt(() => owner(self)), name, text, original, self, args) ?? null;
  const held = barred(text, attempt(() => N.baseURI(owner(self))));
  if (held) setNodeText(node, held.text);
  const answer = apply(original, self, args);
  if (held) attempt(() => settleStyle(nodeOwner(node)));
  return answer;
};

export const setAttributeValue = (original, self, args) => {
  const owner = attempt(() => nodeOwner(self));
  const name = owner ? nameOfNode(self) : "";
  const text = (args[0] = "" + args[0]);
  if (effectOf(name) !== 2) return set(owner, name, text, original, self, args);
  const held = barred(text, self);
  if (held) args[0] = held.text;
  apply(original, self, args);
  if (held) attempt(() => settleStyle(owner));
};

export const attributes = (win) => {
  const element = win.Element.prototype;
  for (let at = 0; at < 2; at++)
    replace(element, at ? "setAttributeNS" : "setAttribute", (original) => ({
      [original.name](first, second, third) {
        const name = at ? second : first;
        if (arguments.length === at + 2 && typeof name === "string" && effectOf(name) === 0 && (at === 0 || indexOf(name, ":") < 0))
          return apply(original, this, at ? [first, second, third] : [first, second]);
        return setAttribute(original, this, listed(arguments), at);
      },
    })[original.name]);
  // What was set is what is read, also where it is kept elsewhere.
  replace(element, "getAttribute", (original) => ({
    getAttribute(name) {
      const answer = arguments.length ? apply(original, this, [name]) : apply(original, this, []);
      return ever.held && typeof name === "string" && effectOf(name) ? attempt(() => kept(this, lower(name), answer), answer) : answer;
    },
  }).getAttribute);
  patch(element, "hasAttribute", (original, self, args) => apply(original, self, args) || keptIn(self, args[0]) !== null);
  // One that is kept elsewhere is handed out as one that is like it.
  patch(element, "getAttributeNode", (original, self, args) => {
    const node = apply(original, self, args);
    const value = node === null ? keptIn(self, args[0]) : null;
    return value === null ? node : attempt(() => like(lower(args[0]), value), null);
  });
  patch(element, "removeAttribute", removed(0));
  patch(element, "removeAttributeNS", removed(1));
  patch(element, "toggleAttribute", (original, self, args) => {
    const own = args.length && effectOf((args[0] = "" + args[0])) ? lower(args[0]) : "";
    const touches = own && ever.held && (args.length > 1 && args[1] !== undefined ? !args[1] : N.hasAttribute(self, own));
    if (touches && attempt(() => goes(self, own))) return false;
    if (own) changing(self, own);
    const answer = apply(original, self, args);
    if (own) changed(self, own);
    return answer;
  });
  patch(element, "removeAttributeNode", taken((self) => self, (args) => nodeName(args[0])));
  patch(win.NamedNodeMap.prototype, "removeNamedItem", taken(ownerOf, (args) => (args[0] = "" + args[0])));
  patch(win.NamedNodeMap.prototype, "removeNamedItemNS", taken(ownerOf, (args) => (args.length > 1 ? (args[1] = "" + args[1]) : "")));
  for (let i = 0; i < 2; i++) {
    patch(element, i ? "setAttributeNodeNS" : "setAttributeNode", setAttributeNode((self) => self));
    patch(win.NamedNodeMap.prototype, i ? "setNamedItemNS" : "setNamedItem", setAttributeNode(ownerOf));
  }
  patch(win.Attr.prototype, "value", setAttributeValue, "set");
};
