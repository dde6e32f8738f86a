// Which attribute of which element loads what, and which marks an element bears. It is a table; what
// becomes of it is the business of the others.

import { EMBED, FRAME, IMAGE, LINK, MEDIA, OTHER, SCRIPT, STYLESHEET, judge } from "../gate.js";
import * as N from "../natives.js";
import { heldIn } from "./markup.js";

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
export const MARKED = "[data-consent],[data-category],[data-name],[data-cookieconsent],[class*=optanon-category-]";
export const SELECTOR = Object.keys(LOADS) + "," + MARKED;

export const HELD = "data-held-";
export const TYPE = "held/"; // `held/` + the type it had, `held/-` for none
export const LINKS = /(^|\s)(stylesheet|(module)?preload|prefetch|prerender|preconnect|dns-prefetch|(\S+-)?icon\S*|manifest)(\s|$)/i;

export const marksOf = (element) => {
  if (!N.matches(element, MARKED)) return "";
  let answer = "";
  for (let i = 0; i < MARKS.length; i++) {
    const value = N.getAttribute(element, MARKS[i]);
    answer += (i ? "\u0001" : "") + (value == null ? "" : "=" + value);
  }
  return answer;
};

export const kindOf = (element, name, attribute) => {
  const kind = LOADS[name]?.[attribute] ?? OTHER;
  return kind === LINK && /(^|\s)stylesheet(\s|$)/i.test(N.getAttribute(element, "rel")) ? STYLESHEET : kind;
};

// A script's type without our prefix; `null`: it has none.
export const typeOf = (element) => {
  const type = N.getAttribute(element, "type");
  return type?.slice(0, 5) === TYPE ? (type === TYPE + "-" ? null : type.slice(5)) : type;
};
export const isParked = (element) => N.getAttribute(element, "type")?.slice(0, 5) === TYPE;
export const runs = (type) => !type || /^\s*(module|((text|application)\/(x-)?(java|ecma)script|text\/(javascript1\.[0-5]|jscript|livescript))(\s*;.*)?)\s*$/i.test(type);

// The first address of a value that may not load. `srcset` names several, a `srcdoc` whole tags.
export const judgeValue = (element, name, attribute, text, marks) => {
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
