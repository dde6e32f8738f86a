// What stands between the shims and the Rust engine: an address is taken apart, the engine is
// asked, and what it allowed is remembered until the next change. Without an engine (not yet
// started, or refused by the browser) everything that leaves the site is held. There is no other
// rule here.

import { DROP, HEADS, JUDGE_WRITE, PUMP } from "./calls.js";
import { FIELD, HOLD, MARKED, NOW, PLAIN, SIGHTING, SETTLED, VERDICT, WIDE, placeText } from "./numbers.js";
import * as N from "./natives.js";
import { attempt, charCode, exec, indexOf, lastIndexOf, list, newMap, newSet, newWeakMap, parse, slice, startsWith } from "./natives.js";

export * from "./numbers.js";

// Bounds, so that a page that floods us costs a known amount: remembered addresses, and things
// that wait while there is no engine.
const REMEMBERED = 2000;
const EARLY = 2000;

export const gate = {
  engine: null,
  script: null, // that is being looked at
  acted: false, // the visitor, and last in the interface
  taken: false, // Was anything taken back on this page? Then what lies aside may still have what was granted when it was made.
  // `strict`: something was taken back or refused.
  forget: (strict, taken) => {
    if (strict) gate.revoke();
    gate.taken ||= taken;
    allowed = newSet();
    wide = list();
    writes = newMap();
  },
  rescan: () => undefined, // set by shims/tree.js
  remark: () => undefined, // likewise
  revoke: () => undefined, // set by shims/tags.js
  resumed: () => undefined, // set by shims/late.js
  clear: () => undefined, // set by shims/writes.js
  // After a change: whatever has to look again, and the elements last, which may then go.
  also: (action) => void (others[others.length] = action),
  again: () => {
    for (let i = 0; i < others.length; i++) attempt(others[i]);
    gate.rescan();
  },
};
const others = list();

let allowed = newSet();
let marked = newMap(); // address → marks of an element that names it, which nobody but the page can know
let wide = list(); // kind → origins of which every path is allowed, and `/` for the page's own
let latest = ""; // the last of them that was asked for, with its `/`
let latestOf = null;
let heads = null; // …but for paths that begin like this, and spellings that only a parser understands
let base = ""; // the document's, as it was when the next two were taken from it
let folder = ""; // the path that relative addresses hang on; empty where they leave the page's origin
let writes = newMap();
let early = list();
let known;

// The page's registrable domain: the shortest suffix that the browser takes a cookie for. Suffixes
// that are registries (`co.uk`) are refused. Asked lazily: most pages meet no host for which it matters.
gate.site = () => known ?? (known = probe(N.home.hostname));

const probe = (host) => {
  const name = "consent-gate-probe=";
  const read = () => indexOf(attempt(() => N.getCookie(document), ""), name) >= 0;
  // An address of numbers has no suffixes, and a cookie for one of them proves nothing.
  if (exec(/^[\d.]+$|:/, host)) return host;
  for (let end = lastIndexOf(host, "."); end >= 0; ) {
    end = lastIndexOf(slice(host, 0, end), ".");
    const site = slice(host, end + 1);
    const rest = "; Path=/; SameSite=Lax; Domain=" + site;
    attempt(() => N.setCookie(document, name + "1" + rest));
    const taken = read();
    attempt(() => N.setCookie(document, name + rest + "; Max-Age=0"));
    if (taken) return site;
  }
  return host;
};

const ownSite = (host) => {
  if (host === N.home.hostname) return true;
  const site = gate.site();
  return host === site || slice(host, -site.length - 1) === "." + site;
};

// What gives addresses their base: a node of a document, or the base itself.
export const baseOf = (of) => (typeof of === "string" ? of : N.baseURI(of));

// A place as it crosses to the engine.
export const placeIn = (url) => placeText(N.hostname(url), N.port(url), N.pathname(url), N.search(url));

// An address as it reads from anywhere.
export const whole = (text, of) => {
  const url = parse(text, baseOf(of));
  return url ? N.href(url) : text;
};

// Bases of other sites that `<base>` elements have set, in frames too.
export const bases = newSet();

// Was the engine asked before about an address of which only the host matters? Then this is all that
// an image or a call costs, and no address is parsed: the origin stands in the text as the parser
// once gave it back.
export const passes = (kind, text, of = document) => {
  const origins = wide[kind];
  if (!origins) return false;
  let at = 0;
  if (latestOf === origins && startsWith(text, latest)) at = latest.length - 1;
  else if (startsWith(text, "https://") || startsWith(text, "http://")) {
    at = indexOf(text, "/", 8);
    if (at < 0) return false;
    const origin = slice(text, 0, at);
    if (!origins.has(origin)) return false;
    latest = origin + "/";
    latestOf = origins;
  } else {
    const from = baseOf(of);
    if (from !== base) rebase(from);
    const first = charCode(text, 0);
    if (!folder || !origins.has("/") || !(first >= 45)) return false;
    // `/path`, not `//host`; `name/path`, not `scheme:path`.
    if (first === 47 ? charCode(text, 1) === 47 : indexOf(text, ":") >= 0) return false;
    if (first !== 47) text = folder + text;
  }
  heads.lastIndex = at;
  return exec(heads, text) === null;
};

const rebase = (from) => {
  base = from;
  const url = parse(from);
  const path = url && N.origin(url) === N.home.origin ? N.pathname(url) : "";
  folder = slice(path, 0, lastIndexOf(path, "/") + 1);
};

// Element → the marks by which it was activated (held.js): they count on, also those of other tools. Most pages have none,
// and shouldn't pay a look at a map for each element.
const activated = newWeakMap();
let anyActivated = false;
export const markActivated = (element, marks) => {
  activated.set(element, marks);
  anyActivated = true;
};
export const activatedBy = (element) => (anyActivated ? (activated.get(element) ?? "") : "");

// What one address is to the engine. `null`: nothing to hold, because it is allowed, or does not
// leave the page and bears no mark, or can't be read by the browser either. `of`: what its base is taken from (baseOf).
export const judge = (kind, text, marks = "", inert = false, of = document) => {
  if (!marks && (passes(kind, text, of) || startsWith(text, "data:"))) return null;
  // Absolute text means the same whatever the base is, so it can be remembered as it stands.
  const absolute = !marks && (startsWith(text, "https://") || startsWith(text, "http://"));
  const key = kind + text;
  if (absolute && allowed.has(key)) return null;
  const url = parse(text, baseOf(of));
  const protocol = url ? N.protocol(url) : "";
  const leaves = protocol === "https:" || protocol === "http:" || protocol === "wss:" || protocol === "ws:";
  if (!leaves && !marks) return null;
  const host = leaves ? N.hostname(url) : "";
  if (marks && leaves) {
    if (marked.size >= REMEMBERED) marked = newMap();
    marked.set(N.href(url), marks);
  }
  const request = {
    __proto__: null,
    kind: protocol === "http:" || protocol === "ws:" ? kind | PLAIN : kind,
    place: leaves ? placeIn(url) : "",
    marks,
    inert: inert || (marks !== "" && activatedBy(of) !== ""),
    code: HOLD,
  };
  // A fault of our own must neither open the gate nor reach the page: it leaves HOLD in place.
  attempt(() => {
    request.code = gate.engine
      ? gate.engine.judge(request.kind, request.place + FIELD + marks, request.inert)
      : inert || !leaves || !ownSite(host)
        ? HOLD | MARKED
        : 0;
  });
  if (inert) return request.code & MARKED ? request : null;
  if (request.code & VERDICT) return request;
  if (request.code & WIDE) {
    const origin = N.origin(url);
    const own = origin === N.home.origin;
    const origins = (wide[kind] ??= newSet());
    if (origins.size < REMEMBERED) {
      if (own) origins.add("/");
      // Text in which the parser changed nothing.
      if (absolute && startsWith(text, origin + "/")) origins.add(origin);
    }
  } else if (absolute) {
    if (allowed.size >= REMEMBERED) allowed = newSet();
    allowed.add(key);
  }
  return null;
};

// May an address load, by itself or by the mark of an element that names it?
export const mayLoad = (kind, address) => judge(kind, address, marked.get(address)) === null;

// Has it been answered for, so that a call fails instead of waiting?
export const isSettled = (request) => (request.code & SETTLED) !== 0;
// The same request by today's word.
export const today = (request) => {
  const code = attempt(() => gate.engine.judge(request.kind, request.place + FIELD + request.marks, false), request.code);
  return { __proto__: null, ...request, code };
};

// May it be written? Before there is an engine nobody knows the names; only scripts that were let
// through run by then.
export const judgeWrite = (kind, name) => {
  const key = kind + name;
  let answer = writes.get(key);
  if (answer === undefined) {
    answer = !gate.engine || (attempt(() => gate.engine.ask(JUDGE_WRITE, kind, name), HOLD) & VERDICT) === 0;
    if (writes.size >= REMEMBERED) writes = newMap();
    if (gate.engine) writes.set(key, answer);
  }
  return answer;
};

// May a key that a script has written without asking stay?
export const mayStay = (kind, name) => !gate.engine || (attempt(() => gate.engine.ask(JUDGE_WRITE, kind | PLAIN, name), HOLD) & VERDICT) === 0;

// Hands a held thing over. `ticket` is `{ element, release(), refuse(), number }`; `weight` its
// bytes in memory; `code` the text of a dependent inline script. False: there is no room.
export const hold = (request, ticket, order = NOW, weight = 0, code = "") => {
  const { engine } = gate;
  if (!engine) {
    if (early.length >= EARLY) return false;
    early[early.length] = { request, ticket, order, weight, code };
    return true;
  }
  ticket.number = attempt(
    () =>
      engine.hold(request.kind, request.place + FIELD + request.marks + FIELD + code, request.inert, order, request.code >>> SIGHTING, weight, ticket),
    0,
  );
  return ticket.number !== 0;
};

// The held thing is gone (aborted, changed): it must not be released any more.
export const drop = (ticket) => {
  ticket.gone = true;
  if (ticket.number) attempt(() => gate.engine.tell(DROP, ticket.number));
};

// Lets go what may go; after a batch of holds, since marked elements are always handed over first.
export const pump = () => void (gate.engine && attempt(() => gate.engine.tell(PUMP, 0)));

// The engine is there: what waited for it is judged by it.
export const adopt = (engine) => {
  gate.engine = engine;
  const words = engine.read(HEADS).trim().replace(/[.?+]/g, "\\$&").replace(/ /g, "|");
  heads = new RegExp("(?:" + words + ")|[^]*?(?:/\\.|%2e|[\\\\\\t\\n\\r])", "iy");
  gate.forget();
  const waiting = early;
  early = list();
  for (let i = 0; i < waiting.length; i++) {
    const { request, ticket, order, weight, code } = waiting[i];
    if (ticket.gone) continue;
    request.code = 0;
    if (!hold(request, ticket, order, weight, code)) ticket.refuse();
  }
};
