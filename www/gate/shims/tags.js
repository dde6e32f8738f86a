// Which addresses may not load: in a value, and in HTML that is still text. Text is read by its tags alone, as the
// browser's tokenizer reads them; it is never parsed into a tree and written out again, which would spoil table fragments
// and the timing of custom elements.

import { EMBED, FRAME, MEDIA, SCRIPT, STYLE, STYLESHEET, baseOf, gate, judge, placeIn } from "../gate.js";
import * as N from "../natives.js";
import { apply, attempt, describe, exec, getter, indexOf, list, lower, method, newMap, newSet, newWeakMap, slice, startsWith, swap } from "../natives.js";
import { heldCss } from "./css.js";
import { LIST, LOADS, NAMES, PAGE, SET, STYLES, isParked, kindOf, marksOf, read } from "./loads.js";
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
  if (kind === MEDIA) return itself() ?? judgeEach(kind, filmOf(text), /(?:^ *|")(https?:[^\s"]+)/gim, marks, of);
  if (kind !== FRAME && kind !== EMBED) return itself();
  if (mayOnce(source, text)) return null;
  const page = textIn(text);
  return (page ? heldIn(page, kind === EMBED || isSealed(source) || !blobOf(text), of, isXml(text)) : null) ?? itself();
};

// A list of a film's pieces, which names them in its lines, with what its names stand for.
const filmOf = (text) => {
  const names = newMap();
  const film = swap(/\t/g, textOf(text), () => "");
  swap(/^#EXT-X-DEFINE:.*?NAME="([^"]*)".*?VALUE="([^"]*)"/gim, film, (found) => names.set(found[1], found[2]) && "");
  return names.size ? swap(/\{\$([\w-]+)\}/g, film, (found) => names.get(found[1]) ?? found[0]) : film;
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

// A blob by its address, if it may be text.
const named = (text) => exec(/^[^#]*/, spell(text))[0];
export const blobOf = (text) => books.blobs.get(named(text));
// Its text, as it was made (nest.js); else it is read, which the page waits for. `strange`: one too of which nobody knows who made it.
const { XMLHttpRequest } = window;
const [open, send] = [method(XMLHttpRequest.prototype, "open"), method(XMLHttpRequest.prototype, "send")];
const answerOf = getter(XMLHttpRequest.prototype, "responseText");
const sizeOf = getter(window.Blob.prototype, "size");
const MOST_READ = 2e7;
const TEXTUAL = /^$|html|xml|xsl|css|script/;
let latest = "";
let latestText = "";
let unreadable = false; // a policy's reports tell of each attempt
export const textOf = (text, strange) => {
  const address = named(text);
  const blob = books.blobs.get(address);
  const known = blob && books.parts.get(blob)?.[1];
  const type = blob ? typeOfBlob(blob) : "";
  // What was made of text is UTF-8, and may be told to be something else.
  if (known != null && !exec(/charset/, type)) return known;
  if (unreadable || !startsWith(address, "blob:") || !(blob ? exec(strange ? TEXTUAL : /mpegurl/, type) && sizeOf(blob) < MOST_READ : strange && blob === undefined)) return known ?? "";
  if (latest !== address) {
    if (!latest)
      N.setTimeout(() => {
        latest = latestText = "";
      }, 0);
    latest = address;
    latestText = attempt(() => {
      const request = new XMLHttpRequest();
      open(request, "GET", address, false);
      send(request);
      return answerOf(request);
    });
    unreadable = latestText === undefined && !!blob;
  }
  return latestText ?? known ?? "";
};

// Is what an address carries, or was made for, XML? Then a tag may be spelled in any way, and what is text to HTML is none.
export const typeOfBlob = getter(window.Blob.prototype, "type");
export const isXml = (text) => {
  const blob = blobOf(text);
  return exec(/xml|xsl/i, blob ? typeOfBlob(blob) : (exec(/^data:([^,]*),/, spell(text))?.[1] ?? "")) !== null;
};
// Such a text as HTML has it: without prefixes, and with what its entities stand for.
const MOST_ENTITIES = 1e6;
const asHtml = (text) => {
  const entities = newMap();
  swap(/<!ENTITY\s+([\w.-]+)\s+(?:"([^"]*)"|'([^']*)')/g, text, (found) => (entities.set(found[1], decoded(found[2] ?? found[3])), ""));
  for (let i = 0; i < 5 && entities.size && text.length < MOST_ENTITIES; i++) text = swap(/&([\w.-]+);/g, text, (found) => entities.get(found[1]) ?? found[0]);
  return swap(/<(\/?)[\w.-]+:(?=[a-z])/gi, text, (found) => "<" + found[1]);
};

// The text that an address carries in itself, or that it was made for: its bytes, each as a letter, without those that only UTF-16 has.
const { atob } = window;
export const textIn = (text) => {
  const page = textOf(text, true);
  if (page) return page;
  const found = exec(/^(?:javascript:|data:([^,]*),)([^]*)/, spell(text));
  if (!found) return "";
  const written = swap(/%([\da-f]{2})/gi, found[2], (sign) => fromCodePoint(parseInt(sign[1], 16)));
  return swap(/\0/g, found[1] && exec(/;\s*base64\s*$/i, found[1]) ? attempt(() => atob(written), "") : written, () => "");
};

const spelled = { __proto__: null }; // as tags are read → as elements are called
for (let i = 0; i < NAMES.length; i++) spelled[lower(NAMES[i])] = NAMES[i];
for (const name of ["meta", "base", "form"]) spelled[name] = name;
// Where text is in which a tag is no tag, and what ends it.
const RAW = { __proto__: null };
for (const name of ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "noscript", "plaintext"]) {
  RAW[name] = new RegExp((name === "script" ? "<!--|-->|<(/?)" : "</") + name + "(?=[\\t\\n\\f\\r />])", "gi");
  spelled[name] = name;
}
RAW.plaintext = /(?!)/g;
const TAG = new RegExp(`<(${Object.keys(spelled).join("|")})(?=[\\t\\n\\f\\r />])`, "gi");
const NEXT = /<(?:(!--)|!\[CDATA\[|(\/?)([a-z][^\t\n\f\r />]*)|[!?/]|$)/gi;
// `<!-->` and `<!--->` are whole comments.
const COMMENT = /-?>|[^]*?--!?>/y;
const ATTRIBUTE = /[\t\n\f\r /]*([^\t\n\f\r />][^\t\n\f\r />=]*)(?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"]*)"?|'([^']*)'?|([^\t\n\f\r >"'][^\t\n\f\r >]*))?)?/y;
const { setPrototypeOf } = Reflect;

// A tag's attributes from `at` on, as the properties of a list of where their names begin; none where nobody asks for them. `end`:
// where it ends, 0 if it doesn't. `empty`: it closes itself.
const tagAt = (html, at, asked) => {
  const tag = [];
  setPrototypeOf(tag, null);
  for (;;) {
    ATTRIBUTE.lastIndex = at;
    const found = exec(ATTRIBUTE, html);
    if (!found) break;
    if (asked) {
      const name = lower(found[1]);
      tag[tag.length] = { name, at: at + indexOf(found[0], found[1]) };
      // The first of two attributes of one name counts.
      tag[name] ??= decoded(found[2] ?? found[3] ?? found[4] ?? "");
    }
    at = ATTRIBUTE.lastIndex;
  }
  const end = indexOf(html, ">", at) + 1;
  return { tag, end, empty: end - 1 > at && html[end - 2] === "/" };
};

// Character references. The rare ones by name are left to the browser, which Trusted Types may forbid. Some need no semicolon, but
// where more letters follow, that is a parameter of an address.
const REFERENCE = /&(?:#(?:x([\da-f]+)|(\d+));?|([\da-z]+)(?:(;)|(?![\da-z=])))/gi;
const NAMED = { __proto__: null, amp: "&", quot: '"', apos: "'", lt: "<", gt: ">", colon: ":", sol: "/", period: ".", Tab: "\t", NewLine: "\n" };
const holder = N.createElement(document, "template");
export const { content } = holder;
const fill = describe(window.Element.prototype, "innerHTML").set;
const { fromCodePoint } = String;
const { parseInt } = window;
const decoded = (text) => {
  if (indexOf(text, "&") < 0) return text;
  return swap(REFERENCE, text, (found) => {
    const whole = found[0];
    const closed = found[4];
    if (!found[3]) return attempt(() => fromCodePoint(found[1] ? parseInt(found[1], 16) : +found[2]), whole);
    if (closed && NAMED[found[3]]) return NAMED[found[3]];
    const sign = attempt(() => (apply(fill, holder, [whole]), N.textContent(content)), whole);
    // Of a longer word the browser may have read the beginning.
    return sign.length < (closed ? 3 : 2) ? sign : whole;
  });
};

// A style with what may not load barred. In a drawing it has elements, and references; what can't be barred there is left out.
export const heldStyle = (body, of, loose) => {
  const held = heldCss(body, of);
  if (!loose) return held;
  const text = swap(/<!\[CDATA\[|\]\]>/g, held ? held.text : body, () => "");
  const rest = heldCss(decoded(swap(/<!--[^]*?(?:-->|$)|<[^>]*>?/g, text, () => "")), of) ?? (indexOf(text, "<") < 0 ? null : held);
  return rest ? { text: "", request: rest.request } : held;
};

// Where raw text ends. A script may hide others in a comment: `hidden` 1 in one, 2 in such a script.
const closeOf = (html, name, at) => {
  const pattern = RAW[name];
  for (let hidden = 0; ; ) {
    pattern.lastIndex = at;
    const found = exec(pattern, html);
    if (!found) return -1;
    at = pattern.lastIndex;
    if (found[0] === "-->") hidden = 0;
    else if (found[0] === "<!--") {
      hidden ||= 1;
      at -= 2;
    } else if (found[1] === "") hidden &&= 2;
    else if (hidden < 2) return found.index;
    else hidden = 1;
  }
};

// What the last walk has left: where a tag or a script begins that has no end, or the text ends; where other text begins that has
// none; the name of that tag, if we know it; and whether it is unknown what comes next.
export const left = { __proto__: null, cut: 0, open: 0, half: "", strange: false };
// In a drawing, an end of what isn't open there or an element of HTML's end it, unless those are in one of its texts; and lists and
// framesets may have none. What is what then only a parser knows.
const HTML = /^(?:[bipsu]|big|blockquote|body|br|center|code|d[dlt]|div|em|embed|font|h[1-6r]|head|img|li|listing|menu|meta|nobr|[ou]l|pre|ruby|small|span|strong|strike|su[bp]|table|tt|var)$/;
const TEXTS = /^(?:title|desc|foreignobject|m[inos]|mtext|annotation-xml)$/;

// Goes through the tags of a text that could load. `found(name, tag, open, body, start, loose, hidden)` answers what to put in place of
// the tag and of the raw text behind it, or nothing. `loose`: it is in a drawing, where no text is raw, and a script's body stays.
// `hidden`: in a `noscript`, of whose text `start` is a place.
export const walk = (html, found, strange = false, scripting = true) => {
  const parents = list(); // what is open in a drawing
  let drawn = strange;
  let answer = "";
  let from = 0;
  let cut = html.length;
  let open = cut;
  let half = "";
  for (let at = 0; ; ) {
    NEXT.lastIndex = at;
    const match = exec(NEXT, html);
    if (!match) break;
    const start = match.index;
    const { length } = parents;
    at = NEXT.lastIndex;
    if (!match[3]) {
      COMMENT.lastIndex = at;
      const end = match[1] ? exec(COMMENT, html) && COMMENT.lastIndex : match[0] === "<![CDATA[" && length ? indexOf(html, "]]>", at) + 1 : indexOf(html, ">", at) + 1;
      if (end) {
        at = end;
        continue;
      }
      open = start;
      break;
    }
    const name = lower(match[3]);
    const asked = !match[2] && spelled[name];
    const { tag, end, empty } = tagAt(html, at, asked);
    if (!end) {
      cut = start;
      half = asked;
      break;
    }
    at = end;
    if (match[2]) {
      if (name === parents[length - 1]) parents.length--;
      else if (length) strange = true;
      continue;
    }
    const drawing = name === "svg" || name === "math";
    drawn ||= drawing;
    strange ||= name === "select" || name === "frameset" || (length > 0 && (exec(HTML, name) ?? exec(TEXTS, parents[length - 1])) !== null);
    if ((length || drawing) && !empty) parents[length] = name;
    if (!asked) continue;
    let body = "";
    if (length) body = bodyOf(html, name, at);
    else if (RAW[name] && (scripting || name !== "noscript")) {
      at = closeOf(html, name, at);
      if (at < 0) {
        if (name === "script") cut = start;
        else open = start;
        at = html.length;
      }
      body = slice(html, end, at);
    }
    const instead = name === "noscript" && body ? walk(body, (...of) => found(...of, true), false, false) : found(asked, tag, slice(html, start, end), body, start, length > 0);
    if (instead == null || instead === body) continue;
    answer += slice(html, from, name === "noscript" ? end : start) + instead;
    from = at = name === "style" ? end + body.length : at;
  }
  if (from) html = answer + slice(html, from);
  strange &&= drawn;
  left.cut = cut;
  left.open = strange ? html.length : open;
  left.half = half;
  left.strange = strange || parents.length > 0;
  return strange ? walkBlindly(html, found) : html;
};

// A style's or script's text in a drawing.
const bodyOf = (html, name, at) => {
  if (name !== "style" && name !== "script") return "";
  const pattern = name === "style" ? /<\/?style|$/gi : /<\/?script|$/gi;
  pattern.lastIndex = at;
  return slice(html, at, exec(pattern, html).index);
};

// The same for whatever looks like a tag, wherever it stands. Of a text that has tags without end in each other nothing is left.
const MOST = 1e7;
const walkBlindly = (html, found) => {
  let read = 0;
  for (let at = 0; ; ) {
    TAG.lastIndex = at;
    const match = exec(TAG, html);
    if (!match) break;
    at = TAG.lastIndex;
    const name = lower(match[1]);
    const { tag, end } = tagAt(html, at, true);
    const body = bodyOf(html, name, end);
    if ((read += (end || html.length) - at + body.length) > MOST) return "";
    if (!end && left.cut > match.index) left.cut = match.index;
    const instead = end && found(spelled[name], tag, slice(html, match.index, end), body, match.index, true);
    if (instead) html = slice(html, 0, match.index) + instead + slice(html, name === "style" ? end + body.length : end);
  }
  const begun = exec(/<\/?[a-z]*$/i, html);
  if (begun && left.cut > begun.index) left.cut = begun.index;
  return html;
};

// Does it pay to read a text?
const SOME = NAMES.filter((name) => !/^(a|area|body|col.*|t[a-z]+)$/.test(name) || name === "track");
export const ANY = new RegExp(`<(?:${SOME.join("|")}|style)[\\s/>]|(?:background|ping)\\s*=`, "i");
export const mayLoad = (html) => exec(ANY, html) !== null;

// Answers what asks something by each base that a text may give its addresses, until there is an answer: that around
// it, and whatever a tag in it says, since only a parser knows which of them counts. Of very many, one that is held will do.
export const byBases = (html, of) => {
  const bases = list();
  const known = newSet();
  bases[0] = of;
  if (exec(/<base/i, html))
    walk(html, (name, tag) => {
      const url = name === "base" && tag.href && N.parse(tag.href, baseOf(of));
      if (!url || !startsWith(N.href(url), "http") || known.has(N.href(url))) return;
      known.add(N.href(url));
      if (bases.length < 9 || judge(SCRIPT, N.href(url))) bases[bases.length < 9 ? bases.length : 9] = N.href(url);
    });
  return (ask) => {
    let answer;
    for (let i = 0; i < bases.length; i++) answer ??= ask(bases[i]);
    return answer;
  };
};

// The first address in a frame's page that may not load. In a sealed one code and styles, in attributes too, are judged by the
// addresses that they name, forms and refreshes by where they lead, and pages in it are as sealed, since nothing of ours can be there.
const NAMED_IN_CODE = /["'`]((?:https?:|wss?:)?\/\/[\w-][^"'`\s]*)/gi;
const NAMED_IN_STYLE = /(?:url\(\s*|@import\s*)["']?([^"')\s]+)/gi;
const WRITTEN = new RegExp(`[\\s/"'](?:(on\\w+)|${STYLES.join("|")})\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]*))`, "gi");
const REFRESH = /^[\s\d.]*[;,\s]\s*(?:url\s*=\s*)?["']?([^"']+)/gi;
export const heldIn = (html, sealed, of, xml) => {
  if (xml) html = asHtml(html);
  const by = byBases(html, of);
  const named = (code) => judgeEach(FRAME, swap(/\\\//g, code, () => "/"), NAMED_IN_CODE, "", of);
  let first = sealed ? by((of) => judgeEach(STYLE, html, NAMED_IN_STYLE, "", of)) : null;
  if (sealed)
    swap(WRITTEN, html, (found) => {
      const value = decoded(found[2] ?? found[3] ?? found[4]);
      first ??= found[1] ? named(value) : by((of) => heldCss(value, of))?.request;
    });
  walk(html, (name, tag, open, body, start, loose) => {
    first ??= LOADS[name] && by((of) => firstHeld(tag, name, of));
    if (first) return;
    if (name === "style") first = by((of) => heldStyle(body, of, loose))?.request;
    else if (!sealed) return;
    else if (name === "script") first = named(body + textIn(tag.src ?? ""));
    else if (name === "base") first = judge(FRAME, tag.href ?? "", "", false, of);
    else if (name === "form") first = judge(FRAME, tag.action ?? "", "", false, of);
    else if (name === "meta" && exec(/^\s*refresh\s*$/i, tag["http-equiv"] ?? "")) first = judgeEach(FRAME, tag.content ?? "", REFRESH, "", of);
    else if (tag.srcdoc && !isSealed(tag)) first = heldIn(tag.srcdoc, true, of);
  }, xml);
  return first ?? null;
};
