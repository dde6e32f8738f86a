// What loads: which attribute of which element, and as what. One table, from which setters, attributes, markup,
// observing and releasing all follow. It knows no address and no consent.

import { EMBED, FRAME, IMAGE, LINK, MEDIA, OTHER, PART, PING, SCRIPT, STYLESHEET, activatedBy } from "../gate.js";
import * as N from "../natives.js";
import { exec, lower, newMap, slice, startsWith, swap } from "../natives.js";

// What is added to a kind where a value is more than one address: a `srcset`, a list, a whole document.
export const SET = 32, LIST = 64, PAGE = 128;
export const KIND = 31;

const linked = (kind) => ({ href: kind, "xlink:href": kind });
const picture = { background: IMAGE };
const pings = { ping: PING | LIST };
const image = { src: IMAGE, srcset: IMAGE | SET };
const moves = { to: IMAGE | LIST, from: IMAGE | LIST, by: IMAGE | LIST, values: IMAGE | LIST };

export const LOADS = {
  script: { src: SCRIPT, ...linked(SCRIPT) },
  img: image,
  // The parser makes an `<image>` in HTML an `img`.
  image: { ...image, ...linked(IMAGE) },
  source: { src: MEDIA, srcset: IMAGE | SET },
  iframe: { src: FRAME, srcdoc: FRAME | PAGE },
  frame: { src: FRAME },
  embed: { src: EMBED },
  object: { data: EMBED },
  video: { src: MEDIA, poster: IMAGE },
  audio: { src: MEDIA },
  track: { src: MEDIA },
  link: { href: LINK, imagesrcset: LINK | SET },
  input: { src: IMAGE },
  use: linked(IMAGE),
  feImage: linked(IMAGE),
  set: moves,
  animate: moves,
  a: pings,
  area: pings,
  body: picture,
  table: picture,
  thead: picture,
  tbody: picture,
  tfoot: picture,
  tr: picture,
  td: picture,
  th: picture,
  col: picture,
  colgroup: picture,
};

// The attribute on whose value it depends whether an element loads at all.
// Another base makes other addresses of what is there already.
export const CONDITIONS = { __proto__: null, script: "type", link: "rel", set: "attributeName", animate: "attributeName", base: "href" };

// The attributes in which a style stands, or a piece of one.
export const STYLES = ["style", "fill", "stroke", "mask", "clip-path", "marker-start", "marker-mid", "marker-end", "cursor"];

// The attributes in which marks stand: our own, and those of the tools that sites come from. What
// they mean is the engine's business.
export const MARKS = ["data-consent", "data-category", "data-service", "data-name", "data-cookieconsent", "class"];
const CLASS = 5;
const MARKED = "[data-consent],[data-category],[data-name],[data-cookieconsent],[class*=optanon-category-]";

const { isArray } = Array;
const { keys } = Object;
const { setPrototypeOf } = Reflect;
const XLINK = "http://www.w3.org/1999/xlink";
// A frame of the site's own that has the tag too has two gates, one around the other: each knows its own mark, so that
// what both hold is let go when both let go.
let held = "held";
try {
  for (let up = window; up !== up.parent; ) if ((up = up.parent).ConsentGate) held += "-in";
} catch {
  // Above is another site.
}
export const nested = held.length > 4;
export const HELD = "data-" + held + "-";
export const TYPE = held + "/"; // `held/` + the type it had, `held/-` for none

// Nothing that a page adds to all objects is in the table.
setPrototypeOf(LOADS, null);
export const NAMES = keys(LOADS);
// Every element that the table knows, and how much its coming into a document matters: 1 little, because what it loads was
// judged when it was set; 2 much. And every attribute that has to be looked at when it is set: 1 it may load, 2 a style.
export const LOADING = newMap();
const attributes = newMap();
const places = { __proto__: null };
const selectors = ["style,base,[data-consent]"];
for (let i = 0; i < NAMES.length; i++) {
  const name = NAMES[i];
  const own = keys(setPrototypeOf(LOADS[name], null) && LOADS[name]);
  const few = LOADS[name] === picture || LOADS[name] === pings;
  LOADING.set(name, few || name === "img" || name === "input" ? 1 : 2);
  for (let j = 0; j < own.length; j++) {
    attributes.set(own[j], 1);
    places[own[j]] = HELD + own[j];
  }
  // Tables and links are many, and few of them load.
  selectors[selectors.length] = few ? `${name}[${own[0]}]` : name;
}
attributes.set("type", 1).set("rel", 1).set("crossorigin", 1).set("referrerpolicy", 1).set("attributename", 1).set(MARKS[0], 1);
for (let i = 0; i < STYLES.length; i++) attributes.set(STYLES[i], 2);
LOADING.set("style", 2).set("base", 2);
// What to look for in a tree; and how a part of a drawing looks that has a style in an attribute of its own.
export const SELECTOR = selectors + "";
export const DRAWN = `[${STYLES.slice(1).join("*='('],[")}*='(']`;

// What setting the attribute of that name may do: 0 nothing, 1 load, 2 style. Each spelling is looked at once.
export const effectOf = (name) => {
  let effect = attributes.get(name);
  if (effect === undefined) {
    effect = attributes.get(lower(name)) ?? 0;
    if (attributes.size < 1000) attributes.set(name, effect);
  }
  return effect;
};

// Where a held attribute is kept.
export const keptAs = (attribute) => places[attribute];

// Values are read from an element, or from a tag that is still text (tags.js).
export const read = (source, attribute) =>
  isArray(source) ? (source[attribute] ?? null) : attribute === "xlink:href" ? N.getAttributeNS(source, XLINK, "href") : N.getAttribute(source, attribute);
export const write = (element, attribute, value) =>
  attribute === "xlink:href" ? N.setAttributeNS(element, XLINK, attribute, value) : N.setAttribute(element, attribute, value);
export const erase = (element, attribute) =>
  attribute === "xlink:href" ? N.removeAttributeNS(element, XLINK, "href") : N.removeAttribute(element, attribute);
// The name in the table of an attribute with a namespace.
export const plainName = (space, name) => (space === XLINK ? "xlink:" : "") + (exec(/[^:]*$/, lower(name)) ?? [""])[0];

export const marksOf = (source) => {
  if (!isArray(source) && !N.matches(source, MARKED)) return "";
  let answer = "";
  let found = false;
  for (let i = 0; i < MARKS.length; i++) {
    let value = read(source, MARKS[i]);
    // Of its classes only those.
    if (i === CLASS && value != null) value = swap(/(?:^|\s)(?!optanon-category-)\S+/g, value, () => "") || null;
    if (value != null) found = true;
    answer += (i ? PART : "") + (value == null ? "" : "=" + value);
  }
  return found ? answer : "";
};
// Of an element that is live only our own mark counts, its own or that of the media which it is a part of, and those by which it
// became so.
export const markOf = (element) => {
  const value = N.getAttribute(element, MARKS[0]);
  if (value != null) return "=" + value;
  const marks = activatedBy(element);
  const whole = marks ? null : N.parentNode(element);
  const name = whole && N.nodeType(whole) === 1 ? N.nameOf(whole) : "";
  const mark = name === "picture" || name === "video" || name === "audio" ? N.getAttribute(whole, MARKS[0]) : null;
  return mark == null ? marks : "=" + mark;
};

// What an inert element is to have as that attribute. Cookiebot has a name of its own for an address.
export const awaited = (element, attribute) =>
  N.getAttribute(element, "data-" + attribute) ?? (attribute === "src" && N.hasAttribute(element, MARKS[4]) ? N.getAttribute(element, "data-cookieblock-src") : null);

// What stands in an address's place until the one that is awaited may come.
export const isPlaceholder = (text) => exec(/^\s*(?:$|about:blank\b|data:)/i, text) !== null;

const RUNS = /^\s*(module|((text|application)\/(x-)?(java|ecma)script|text\/(javascript1\.[0-5]|jscript|livescript))(\s*;.*)?)\s*$/i;
const RELS = /(^|\s)(stylesheet|(module)?preload|prefetch|prerender|preconnect|dns-prefetch|(\S+-)?icon\S*|manifest|compression-dictionary)(\s|$)/i;
const SHEET = /(^|\s)stylesheet(\s|$)/i;

// A script's type without our prefix; `null`: it has none.
export const typeOf = (source) => {
  const type = read(source, "type");
  return isParked(source) ? (type === TYPE + "-" ? null : slice(type, TYPE.length)) : type;
};
export const isParked = (source) => startsWith(read(source, "type") ?? "", TYPE);
export const isModule = (type) => exec(/^\s*module\s*$/i, type ?? "") !== null;
// As a script is marked up that waits for consent.
export const isInert = (type) => exec(/^\s*text\/plain\s*$/i, type ?? "") !== null;
export const scriptAddress = (script) => read(script, "src") ?? read(script, "href") ?? read(script, "xlink:href");
export const runs = (type) => !type || exec(RUNS, type) !== null;
// A script of another type, in another language, or for an event is never run, nor is one for browsers without modules.
export const isIdle = (script) => {
  const type = typeOf(script);
  const language = type == null && N.getAttribute(script, "language");
  if ((N.hasAttribute(script, "nomodule") && !isModule(type)) || !runs(language ? "text/" + language : type)) return true;
  const [window, event] = [N.getAttribute(script, "for"), N.getAttribute(script, "event")];
  return window != null && event != null && (!exec(/^\s*window\s*$/i, window) || !exec(/^\s*onload(?:\(\))?\s*$/i, event));
};

// As what an attribute loads; -1: not at all, as things stand. A condition that isn't there yet may still come.
export const kindOf = (source, name, attribute) => {
  const kind = (LOADS[name]?.[attribute] ?? OTHER) & KIND;
  if (name === "script") return runs(typeOf(source)) ? kind : -1;
  const condition = CONDITIONS[name] && (read(source, CONDITIONS[name]) ?? read(source, lower(CONDITIONS[name])));
  if (condition == null) return kind;
  if (name !== "link") return exec(/href$/i, condition) ? kind : -1;
  return exec(SHEET, condition) ? STYLESHEET : exec(RELS, condition) ? kind : -1;
};
