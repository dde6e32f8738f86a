// Which addresses may not load: in a value, and in HTML that is still text. Text is read by its tags alone, as the
// browser's tokenizer reads them; it is never parsed into a tree and written out again, which would spoil table fragments
// and the timing of custom elements.

import { EMBED, FRAME, MEDIA, STYLE, STYLESHEET, baseOf, gate, judge, placeIn } from "../gate.js";
import * as N from "../natives.js";
import { apply, attempt, describe, exec, indexOf, list, lower, newWeakMap, slice, startsWith, swap } from "../natives.js";
import { heldCss } from "./css.js";
import { LIST, LOADS, NAMES, PAGE, SET, isParked, kindOf, marksOf, read } from "./loads.js";
import { books } from "./workers.js";

// An address goes up to a space, but for commas at its end; without those its description goes up to a comma outside of brackets.
const CANDIDATES = /([^ \t\n\f\r,](?:[^ \t\n\f\r]*[^ \t\n\f\r,])?)(?:,+|(?:[^,(]|\([^)]*\)?)*)/g;
const PARTS = /[^\s;]+/g;

// The first address that `pattern` finds in a text and that may not load.
export const judgeEach = (kind, text, pattern, marks, of) => {
  for (let at = 0; ; ) {
    pattern.lastIndex = at;
    const found = exec(pattern, text);
    if (!found) return null;
    at = pattern.lastIndex;
    const request = judge(kind, found[1] ?? found[0], marks, false, of);
    if (request) return request;
  }
};

// The first address of an attribute's value that may not load.
export const judgeValue = (source, name, attribute, text, marks, of = source) => {
  const kind = kindOf(source, name, attribute);
  const how = LOADS[name]?.[attribute];
  // Whatever else an animation sets may be a style.
  if (kind < 0) return how & LIST ? (heldCss(text, of)?.request ?? null) : null;
  if (how & SET) return judgeEach(kind, text, CANDIDATES, marks, of);
  if (how & LIST) return judgeEach(kind, text, PARTS, marks, of);
  if (how & PAGE) return heldIn(text, isSealed(source), of) ?? (marks ? judge(kind, "about:srcdoc", marks) : null);
  const itself = () => judge(kind, text, marks, false, of);
  if (kind === STYLESHEET) return itself() ?? heldCss(textIn(text), of)?.request ?? null;
  // A list of a film's pieces names them in its lines.
  if (kind === MEDIA) return itself() ?? judgeEach(kind, textOf(blobOf(text)), /(?:^|")(https?:[^\s"]+)/gim, marks, of);
  if (kind !== FRAME && kind !== EMBED) return itself();
  if (mayOnce(source, text)) return null;
  const page = textIn(text);
  return (page ? heldIn(page, kind === EMBED || isSealed(source) || !blobOf(text), of) : null) ?? itself();
};

// What the visitor let load once, by its placeholder: frame → the place (gate.js) of which that was said.
export const once = { __proto__: null, places: newWeakMap() };
gate.revoke = () => void (once.places = newWeakMap());
export const mayOnce = (frame, text) => {
  const place = once.places.get(frame);
  return place !== undefined && placeOf(frame, text) === place;
};
export const placeOf = (frame, text) => {
  const url = N.parse(text, N.baseURI(frame));
  return url && placeIn(url);
};

// What in a tag may not load. A script that is held already is as good as none.
export const firstHeld = (tag, name, of) => {
  if (name === "script" && isParked(tag)) return null;
  const marks = marksOf(tag);
  for (const attribute in LOADS[name]) {
    const value = read(tag, attribute);
    const request = value == null ? null : judgeValue(tag, name, attribute, value, marks, of);
    if (request) return request;
  }
  return null;
};

// Nobody reaches into a frame that has an origin of its own.
export const isSealed = (frame) => {
  const sandbox = read(frame, "sandbox");
  return sandbox != null && !exec(/(^|\s)allow-same-origin(\s|$)/i, sandbox);
};

// An address as browsers spell it.
const spell = (text) => attempt(() => N.href(N.parse(text)), "");

// A blob by its address, and its text if it was made of nothing else (nest.js).
export const blobOf = (text) => books.blobs.get(exec(/^[^#]*/, spell(text))[0]);
export const textOf = (blob) => books.parts.get(blob)?.[1] ?? "";

// The text that an address carries in itself, or that it was made for: its bytes, each as a letter, without those that only UTF-16 has.
const { atob } = window;
export const textIn = (text) => {
  const blob = blobOf(text);
  if (blob) return textOf(blob);
  const found = exec(/^(?:javascript:|data:([^,]*),)([^]*)/, spell(text));
  if (!found) return "";
  const written = swap(/%([\da-f]{2})/gi, found[2], (sign) => fromCodePoint(parseInt(sign[1], 16)));
  return swap(/\0/g, found[1] && exec(/;\s*base64\s*$/i, found[1]) ? attempt(() => atob(written), "") : written, () => "");
};

// Where text is in which a tag is no tag, and what ends it.
const RAW = { __proto__: null };
for (const name of ["style", "script", "textarea", "title", "xmp", "iframe", "noembed", "noframes"]) RAW[name] = new RegExp("</" + name, "i");
const spelled = { __proto__: null }; // as tags are read → as elements are called
for (let i = 0; i < NAMES.length; i++) spelled[lower(NAMES[i])] = NAMES[i];
const OPEN = new RegExp(`<!--|<(${Object.keys({ ...spelled, ...RAW, meta: 1, base: 1 }).join("|")})(?=[\\s/>])`, "gi");
const ATTRIBUTE = /[\s/]*([^\s/>][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"'][^\s>]*))?)?/y;
const { setPrototypeOf } = Reflect;

// A tag's attributes from `at` on, as the properties of a list of where their names begin. `end`: where it ends.
const tagAt = (html, at) => {
  const tag = [];
  setPrototypeOf(tag, null);
  for (let i = 0; ; i++) {
    ATTRIBUTE.lastIndex = at;
    const found = exec(ATTRIBUTE, html);
    if (!found) break;
    const name = lower(found[1]);
    tag[i] = { name, at: at + indexOf(found[0], found[1]) };
    // The first of two attributes of one name counts.
    tag[name] ??= decoded(found[2] ?? found[3] ?? found[4] ?? "");
    at = ATTRIBUTE.lastIndex;
  }
  return { tag, end: indexOf(html, ">", at) + 1 || html.length };
};

// Character references. The rare ones by name are left to the browser, which Trusted Types may forbid.
const REFERENCE = /&(?:#(?:x([\da-f]+)|(\d+));?|(\w+);)/gi;
const NAMED = { __proto__: null, amp: "&", quot: '"', apos: "'", lt: "<", gt: ">", colon: ":", sol: "/", period: ".", Tab: "\t", NewLine: "\n" };
const holder = N.createElement(document, "template");
const { content } = holder;
const fill = describe(window.Element.prototype, "innerHTML").set;
const { fromCodePoint } = String;
const { parseInt } = window;
const decoded = (text) => {
  if (indexOf(text, "&") < 0) return text;
  return swap(REFERENCE, text, (found) =>
    found[3]
      ? (NAMED[found[3]] ?? attempt(() => (apply(fill, holder, [found[0]]), N.textContent(content)), found[0]))
      : attempt(() => fromCodePoint(found[1] ? parseInt(found[1], 16) : +found[2]), found[0]),
  );
};

// Goes through the tags of a text that could load. `found(name, tag, open, body)` answers what to put in place of the tag
// and of the raw text behind it, or nothing.
export const walk = (html, found) => {
  // In a drawing those elements are ordinary ones.
  const raw = !exec(/<(?:svg|math)[\s/>]/i, html);
  let answer = "";
  let from = 0;
  for (let at = 0; ; ) {
    OPEN.lastIndex = at;
    const match = exec(OPEN, html);
    if (!match) return from ? answer + slice(html, from) : html;
    at = OPEN.lastIndex;
    if (!match[1]) {
      // `<!-->` and `<!--->` are whole comments.
      const end = exec(/^-?>|--!?>/, slice(html, at));
      at = end ? at + end.index + end[0].length : html.length;
      continue;
    }
    const name = lower(match[1]);
    const { tag, end } = tagAt(html, at);
    at = end;
    if (raw && RAW[name]) {
      const close = exec(RAW[name], slice(html, at));
      at = close ? at + close.index : html.length;
    }
    const instead = found(spelled[name] ?? name, tag, slice(html, match.index, end), slice(html, end, at), match.index);
    if (instead == null) continue;
    answer += slice(html, from, match.index) + instead;
    from = at;
  }
};

// Does it pay to read a text?
const SOME = NAMES.filter((name) => !/^(a|area|body|col.*|t[a-z]+)$/.test(name) || name === "track");
export const ANY = new RegExp(`<(?:${SOME.join("|")}|style)[\\s/>]|(?:background|ping)\\s*=`, "i");
export const mayLoad = (html) => exec(ANY, html) !== null;

// Answers what asks something by each base that a text may give its addresses, until there is an answer: that around
// it, and whatever a tag in it says, since only a parser knows which of them counts.
export const byBases = (html, of) => {
  const bases = list();
  bases[0] = of;
  if (exec(/<base/i, html))
    walk(html, (name, tag) => {
      const url = name === "base" && tag.href && N.parse(tag.href, baseOf(of));
      if (url && startsWith(N.href(url), "http")) bases[bases.length] = N.href(url);
    });
  return (ask) => {
    let answer;
    for (let i = 0; i < bases.length; i++) answer ??= ask(bases[i]);
    return answer;
  };
};

// The first address in a frame's page that may not load. In a sealed one the scripts and styles are judged by the addresses that they
// name, since nothing of ours can be in there.
const NAMED_IN_CODE = /["'`]((?:https?:|wss?:)?\/\/[\w-][^"'`\s]*)/gi;
const NAMED_IN_STYLE = /(?:url\(\s*|@import\s*)["']?([^"')\s]+)/gi;
export const heldIn = (html, sealed, of) => {
  const by = byBases(html, of);
  let first = sealed ? by((of) => judgeEach(STYLE, html, NAMED_IN_STYLE, "", of)) : null;
  walk(html, (name, tag, open, body) => {
    first ??= LOADS[name] && by((of) => firstHeld(tag, name, of));
    if (first) return;
    if (name === "script" && sealed) first = judgeEach(FRAME, body, NAMED_IN_CODE, "", of);
    else if (name === "style") first = by((of) => heldCss(body, of))?.request;
    else if (name === "base" && sealed) first = judge(FRAME, tag.href ?? "", "", false, of);
    else if (name === "meta" && sealed && exec(/^\s*refresh\s*$/i, tag["http-equiv"] ?? "")) first = judgeEach(FRAME, tag.content ?? "", /url\s*=\s*["']?([^\s"']+)/gi, "", of);
  });
  return first ?? null;
};
