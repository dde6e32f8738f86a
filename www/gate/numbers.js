// What page, service worker and engine call alike, and how an address crosses between them. Nothing here acts.

// The numbers of `Kind` in src/gate/request.rs.
export const SCRIPT = 0, INLINE = 1, IMAGE = 2, FRAME = 3, FETCH = 4, XHR = 5, BEACON = 6, STYLESHEET = 7,
  LINK = 8, MEDIA = 9, EMBED = 10, EVENT_SOURCE = 11, WEB_SOCKET = 12, OTHER = 13, COOKIE = 14, LOCAL = 15, SESSION = 16,
  FORM = 17, PING = 18, WORKER = 19, IMPORT = 20, STYLE = 21, FONT = 22, DATABASE = 23, CACHE = 24;

// Added to a kind: not encrypted.
export const PLAIN = 32;

// When a held thing may go: at once, after the ordered ones before it, … (quarantine.rs).
export const NOW = 0, ORDERED = 1, INLINE_ORDER = 2, DEFERRED = 3;

// The bits of an answer (src/browser/intercept/mod.rs).
export const VERDICT = 3, SETTLED = 4, MARKED = 8, WIDE = 16, SIGHTING = 5;
export const HOLD = 1;

// What crosses is one text, because each costs code on both sides: host, port and path with the first
// of these between them; then, after the second each, the marks and the code (`Met` in src/browser/intercept/mod.rs).
export const PART = "\u0001";
export const FIELD = "\u0002";
export const placeText = (host, port, path, query) => host + PART + port + PART + path + query;

// An address that fails inside the browser: a port that every browser refuses, at a name that can't exist. What the
// console says about it tells the developer who it was. Prelude.js, which may name nothing outside of itself, has its own.
export const NOBODY = "//held-by-consent-gate.invalid:1/";
