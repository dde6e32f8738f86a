// What an element loads by, set and read as a property: setters that reflect attributes, a link's relations, a drawing's
// address, `new Audio`. The same as attributes is attributes.js's, what is put into a tree, insertion.js's.

import { IMAGE, passes, whole } from "../gate.js";
import * as N from "../natives.js";
import { apply, attempt, construct, isRefused, localName, lower, newWeakMap, patch, patchClass, replace, words, written } from "../natives.js";
import { ever } from "./held.js";
import { LIST, LOADS, PAGE, SET, isParked, keptAs, typeOf } from "./loads.js";
import { givenPage } from "./pages.js";
import { passed, prejudge, set } from "./setting.js";
import { settle } from "./tree.js";

// What the page has set, where something else stands.
const shown = (element, attribute) => {
  if (attribute === "type") return isParked(element) ? (typeOf(element) ?? "") : undefined;
  const place = keptAs(attribute);
  const value = (place && N.getAttribute(element, place)) ?? givenPage(element, attribute);
  if (value == null || LOADS[localName(element)][attribute] & (SET | LIST | PAGE)) return value ?? undefined;
  return whole(value, element);
};

// Interfaces, and their properties that reflect attributes of the table.
const SETTERS = [
  "Script src type", "Image src srcset crossOrigin referrerPolicy", "Source src srcset", "IFrame src srcdoc", "Frame src", "Embed src", "Object data", "Media src", "Video poster",
  "Track src", "Link href rel imageSrcset", "Input src", "Body background", "Base href", "Anchor ping", "Area ping", "SVGA ping", "SVGScript type",
];
const DRAWN = ["Image", "Use", "FEImage", "Script"];

// The address of a drawing's part, or the list of a link's relations, is an object that doesn't know whose it is.
const strings = newWeakMap();
let related = false; // Was a link asked for its list?

const assign = (own) => (original, self, args) => {
  const [given] = args;
  const text = written(given);
  // Nothing is a word to most of them.
  set(self, own, text, original, self, [own === "crossorigin" && given == null ? given : passed(given, text)]);
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

const relate = (link, original, self, args) => {
  attempt(() => prejudge(link, "link"));
  const answer = apply(original, self, args);
  attempt(() => settle([link]));
  return answer;
};

export const elements = (win) => {
  const html = (name) => (win["HTML" + name + "Element"] ?? win[name + "Element"])?.prototype;
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
  // A link's list of words is of one kind with the lists of classes.
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
};
