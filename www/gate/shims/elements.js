// Every way in which a script sets what an element loads: setters, attributes, texts. What is met there is held or let
// through by tree.js and held.js; what is put into a tree, by insertion.js.

import { IMAGE, MEDIA, NOW, SCRIPT, judge, passes, whole } from "../gate.js";
import * as N from "../natives.js";
import { apply, attempt, construct, exec, getter, indexOf, isRefused, listed, localName, lower, method, newWeakMap, patch, patchClass, replace, setter, slice, startsWith, trustedText, words, written } from "../natives.js";
import { heldCss, unbarred } from "./css.js";
import { done, enlistWhere, ever, forget, liveOrder, orders, park, trusted, unpark } from "./held.js";
import {
  CONDITIONS, HELD, KIND, LIST, LOADS, PAGE, SET, TYPE, effectOf, isParked, keptAs, markOf, plainName, read, runs, scriptAddress, typeOf,
} from "./loads.js";
import { instructed } from "./instructions.js";
import { givenPage, reframe } from "./pages.js";
import { isPart, retext } from "./sheets-text.js";
import { barred, settleSheet, settleStyle } from "./styles.js";
import { judgeValue } from "./tags.js";
import { FRAMES, playApart, retelling, retold, retoldBy, settle } from "./tree.js";

// A value is about to be set. Answers whether it was held instead.
export const intercept = (element, attribute, text) => {
  const name = localName(element);
  if (name === "script" && attribute === "type") {
    // One that was none may become one.
    if (!isParked(element) && !(runs(text) && !done.has(element) && isHeldScript(element))) return false;
    // The text may be a held script's own, where attributes are copied one by one.
    N.setAttribute(element, "type", startsWith(text, TYPE) ? text : TYPE + text);
    return true;
  }
  if (isCondition(name, attribute)) return prejudge(element, name);
  const how = LOADS[name]?.[attribute];
  if (how === undefined) return false;
  const waited = forget(element);
  const mark = markOf(element);
  const request = judgeValue(element, name, attribute, text, mark);
  if (!request) {
    if (how === MEDIA || attribute === "srcset") playApart(element);
    if (name === "script") unpark(element);
    else if (ever.held) {
      N.removeAttribute(element, keptAs(attribute));
      // Another of its addresses may still be held.
      if (waited) settle([element]);
    }
    return FRAMES[name] > 1 && attribute === "src" && reframe(element, attribute, text);
  }
  if (FRAMES[name] > 1 && !mark && reframe(element, attribute, text)) return true;
  if (name === "script" && !isParked(element)) orders.set(element, liveOrder(element));
  park(element, name, attribute, text);
  enlistWhere(element, name, request, orders.get(element) ?? NOW);
  // A script keeps its address: with that type it is inert.
  return name !== "script";
};

const isHeldScript = (element) => {
  const address = scriptAddress(element);
  return address != null && judge(SCRIPT, address, markOf(element), false, element) !== null;
};

// What an element loads as is about to be said otherwise: an address that is there already must not be taken at that word.
const isCondition = (name, attribute) => CONDITIONS[name] !== undefined && lower(CONDITIONS[name]) === attribute;
const prejudge = (element, name) => {
  for (const attribute in LOADS[name]) {
    const value = read(element, attribute);
    if (value != null && judge(LOADS[name][attribute] & KIND, value, markOf(element), false, element)) park(element, name, attribute, value);
  }
  return false;
};

// The same for the attribute as text, of which `there` is what stands in the element.
const kept = (element, attribute, there) => {
  if (effectOf(attribute) === 2) return there && unbarred(there);
  if (attribute === "type") return isParked(element) ? typeOf(element) : there;
  const place = keptAs(attribute);
  return (place && N.getAttribute(element, place)) ?? givenPage(element, attribute) ?? there;
};

// What the page has set, where something else stands.
const shown = (element, attribute) => {
  if (attribute === "type") return isParked(element) ? (typeOf(element) ?? "") : undefined;
  const value = N.getAttribute(element, keptAs(attribute)) ?? givenPage(element, attribute);
  if (value == null || LOADS[localName(element)][attribute] & (SET | LIST | PAGE)) return value ?? undefined;
  return whole(value, element);
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

// Interfaces, and their properties that reflect attributes of the table.
const SETTERS = [
  "Script src type", "Image src srcset", "Source src srcset", "IFrame src srcdoc", "Frame src", "Embed src", "Object data", "Media src", "Video poster",
  "Track src", "Link href rel imageSrcset", "Input src", "Body background", "Base href", "Anchor ping", "Area ping", "SVGA ping", "SVGScript type",
];
const DRAWN = ["Image", "Use", "FEImage", "Script"];

// Neither an address nor a style is written without one of these.
const TELLING = /[(/@\\]/;

// The address of a drawing's part, or the list of a link's relations, is an object that doesn't know whose it is.
const strings = newWeakMap();
let related = false; // Was a link asked for its list?

export const elements = (win) => {
  const html = (name) => (win["HTML" + name + "Element"] ?? win[name + "Element"])?.prototype;
  // An argument is turned into text once, and that text is passed on; only a trusted value is
  // passed on as it is, because it can't answer differently the second time.
  const passed = (value, text) => (trustedText(value) === undefined ? text : value);

  // Sets an attribute by the native way unless it is held.
  const set = (element, name, text, original, self, args) => {
    let held = true;
    try {
      held = intercept(element, name, text);
      const value = args[args.length - 1];
      if (held && typeof value === "object") trusted.set(element, value);
    } catch {}
    if (held) return;
    const answer = apply(original, self, args);
    if (name === "type") retyped(element);
    if (name !== "type" && isCondition(localName(element), name)) attempt(() => settle([element]));
    return answer;
  };

  // A script that has not run is prepared when anything is put into it, by the type that it has then.
  const retyped = (script) => localName(script) === "script" && attempt(() => N.isConnected(script) && retold(script, N.textContent(script)));

  const assign = (own) => (original, self, args) => {
    const text = written(args[0]);
    set(self, own, text, original, self, [passed(args[0], text)]);
  };
  // Pictures are many: of one that bears no mark, of a host that was asked for before, no more is looked at.
  const picture = (original) => {
    const slowly = assign("src");
    return {
      [original.name](text) {
        let easy = false;
        try {
          easy = typeof text === "string" && passes(IMAGE, text, this) && N.getAttribute(this, "data-consent") === null && !(ever.held && N.hasAttribute(this, keptAs("src")));
        } catch {}
        if (easy || typeof text === "symbol") apply(original, this, [text]);
        else slowly(original, this, [text]);
      },
    }[original.name];
  };
  // Apart, so that V8 makes no machine code of all that stands around the loop.
  const reflect = (names) => {
    const owner = html(names[0]);
    for (let j = 1; j < names.length; j++) {
      const own = lower(names[j]);
      if (names[0] === "Image" && own === "src") replace(owner, own, picture, "set");
      else patch(owner, names[j], assign(own), "set");
      patch(owner, names[j], (original, self, args) => {
        const answer = ever.held ? attempt(() => shown(self, own)) : undefined;
        return answer === undefined ? apply(original, self, args) : answer;
      }, "get");
    }
  };
  for (let i = 0; i < SETTERS.length; i++) reflect(words(SETTERS[i]));
  // A link's list of words, which are of one kind with the lists of classes.
  const relate = (link, original, self, args) => {
    attempt(() => prejudge(link, "link"));
    const answer = apply(original, self, args);
    attempt(() => settle([link]));
    return answer;
  };
  const changes = words("add toggle replace value");
  for (let i = 0; i < changes.length; i++)
    replace(win.DOMTokenList.prototype, changes[i], (original) => ({
      [original.name]() {
        const link = related ? attempt(() => strings.get(this)) : undefined;
        return link ? relate(link, original, this, arguments) : apply(original, this, arguments);
      },
    })[original.name], i < 3 ? "value" : "set");
  patch(html("Link"), "relList", (original, self, args) => {
    const answer = apply(original, self, args);
    strings.set(answer, self);
    related = true;
    return answer;
  }, "get");
  patch(html("Link"), "relList", (original, self, args) => relate(self, original, self, args), "set");
  for (let i = 0; i < DRAWN.length; i++)
    patch(win["SVG" + DRAWN[i] + "Element"]?.prototype, "href", (original, self, args) => {
      const answer = apply(original, self, args);
      strings.set(answer, self);
      return answer;
    }, "get");
  patch(win.SVGAnimatedString?.prototype, "baseVal", (original, self, args) => {
    const owner = attempt(() => strings.get(self));
    const text = (args[0] = "" + args[0]);
    if (owner) set(owner, "href", text, original, self, args);
    else apply(original, self, args);
  }, "set");
  patchClass(win, "Audio", (target, args, newTarget) => {
    if (args[0] === undefined || isRefused(args, 1)) return construct(target, args, newTarget);
    const text = "" + args[0];
    const made = construct(target, [], newTarget);
    set(made, "src", text, N.setAttribute, undefined, [made, "src", text]);
    return made;
  });

  const element = win.Element.prototype;
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
    if (name === "data-consent") attempt(() => N.isConnected(self) && settle([self]));
  };
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
  const keptIn = (owner, name) => (ever.held && typeof name === "string" && effectOf(name) === 1 ? attempt(() => N.getAttribute(owner, keptAs(lower(name))), null) : null);
  patch(element, "hasAttribute", (original, self, args) => apply(original, self, args) || keptIn(self, args[0]) !== null);
  // An attribute as an object: one that is like it.
  patch(element, "getAttributeNode", (original, self, args) => {
    const node = apply(original, self, args);
    const value = node === null ? keptIn(self, args[0]) : null;
    return value === null ? node : attempt(() => like(lower(args[0]), value), null);
  });
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
  const removed = (at) => (original, self, args) => {
    if (args.length <= at) return apply(original, self, args);
    const name = (args[at] = "" + args[at]);
    if (ever.held && attempt(() => isKept(self, lower(name)), false)) return;
    const own = effectOf(name) ? attempt(() => (at ? plainName(args[0], name) : lower(name))) : undefined;
    if (own && ever.held && attempt(() => goes(self, own))) return;
    apply(original, self, args);
    if (own === "type") retyped(self);
  };
  patch(element, "removeAttribute", removed(0));
  patch(element, "removeAttributeNS", removed(1));
  patch(element, "toggleAttribute", (original, self, args) => {
    const own = args.length && effectOf((args[0] = "" + args[0])) ? lower(args[0]) : "";
    const touches = own && ever.held && (args.length > 1 && args[1] !== undefined ? !args[1] : N.hasAttribute(self, own));
    if (touches && attempt(() => goes(self, own))) return false;
    const answer = apply(original, self, args);
    if (own === "type") retyped(self);
    return answer;
  });
  // As an object: `of` tells whose it is, `name` its name, from what is given.
  const taken = (of, name) => (original, self, args) => {
    const own = args.length ? attempt(() => lower(name(args)), "") : "";
    if (own !== "type" && !startsWith(own, HELD)) return apply(original, self, args);
    const owner = attempt(() => of(self));
    const node = attempt(() => (own !== "type" ? isKept(owner, own) && like(own, N.getAttribute(owner, own)) : isParked(owner) && like(own, typeOf(owner) ?? "")));
    if (node && (own !== "type" || attempt(() => goes(owner, own)))) return node;
    const answer = apply(original, self, args);
    if (owner) retyped(owner);
    return answer;
  };
  patch(element, "removeAttributeNode", taken((self) => self, (args) => nodeName(args[0])));
  patch(win.NamedNodeMap.prototype, "removeNamedItem", taken(ownerOf, (args) => (args[0] = "" + args[0])));
  patch(win.NamedNodeMap.prototype, "removeNamedItemNS", taken(ownerOf, (args) => (args.length > 1 ? (args[1] = "" + args[1]) : "")));

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
  for (let i = 0; i < 2; i++) {
    patch(element, i ? "setAttributeNodeNS" : "setAttributeNode", setAttributeNode((self) => self));
    patch(win.NamedNodeMap.prototype, i ? "setNamedItemNS" : "setNamedItem", setAttributeNode(ownerOf));
  }
  const setAttr = (original, self, args) => {
    const owner = attempt(() => nodeOwner(self));
    const name = owner ? nameOfNode(self) : "";
    const text = (args[0] = "" + args[0]);
    if (effectOf(name) !== 2) return set(owner, name, text, original, self, args);
    const held = barred(text, self);
    if (held) args[0] = held.text;
    apply(original, self, args);
    if (held) attempt(() => settleStyle(owner));
  };
  patch(win.Attr.prototype, "value", setAttr, "set");

  // Text, which matters in a style, in a list of rules, and in an attribute.
  const setText = (original, self, args) => {
    const type = attempt(() => N.nodeType(self));
    if (!args.length) return apply(original, self, args);
    if (type === 2) return setAttr(original, self, args);
    if (type === 7) return instructed(original, self, args);
    const at = args.length - 1;
    const text = written(args[at]);
    args[at] = passed(args[at], text);
    const beside = at && type === 1 && exec(/^(?:beforebegin|afterend)$/i, (args[0] = "" + args[0]));
    const owner = type === 1 && !beside ? self : attempt(() => N.parentNode(self));
    const name = localName(owner);
    if (name === "style") {
      args[at] = attempt(() => heldCss(text, self)?.text, "") ?? args[at];
      if (type !== 1 || at) return retext(owner, args, () => apply(original, self, args));
      apply(original, self, args);
      attempt(() => settleSheet(owner));
      return;
    }
    if (name !== "script") return apply(original, self, args);
    return retelling(owner, () => (type === 1 && !at ? retold : retoldBy)(owner, text), () => apply(original, self, args));
  };
  const texts = (owner, names, part) => {
    const keys = words(names);
    for (let i = 0; i < keys.length; i++)
      if (part)
        replace(owner, keys[i], (original) => ({
          [original.name](text) {
            if (typeof text === "string" ? exec(TELLING, text) !== null : text != null) setText(original, this, [text]);
            else if (isPart(this)) retext(this, [], () => apply(original, this, [text]));
            else apply(original, this, [text]);
          },
        })[original.name], part);
      else patch(owner, keys[i], (original, self, args) => setText(original, self, args));
  };
  const { Node, CharacterData } = win;
  texts(Node.prototype, "textContent nodeValue", "set");
  texts(CharacterData.prototype, "data", "set");
  texts(CharacterData.prototype, "appendData insertData replaceData");
  texts(win.HTMLElement.prototype, "innerText", "set");
  // Trusted Types have brought scripts setters of their own.
  texts(html("Script"), "text textContent innerText", "set");
  texts(element, "insertAdjacentText");
};
