// The one object that Rust gets: the captured natives under the names of `Natives` in
// src/browser/natives.rs, and the page's raw circumstances. It decides nothing; a value that the
// browser refuses to give is left out, and the Rust side has a default for it.

import { OBEY, RESUME, WAKE } from "./calls.js";
import * as N from "./natives.js";
import { apply, attempt, exec, queryAll } from "./natives.js";
import { turn } from "./soon.js";

const list = (value) => {
  const answer = [];
  for (let i = 0; i < (value?.length ?? 0); i++) answer[i] = value[i];
  return answer;
};

const DIGITS = "0123456789abcdef";
const kebab = (name) => name.replace(/[A-Z]/g, (letter) => "-" + letter.toLowerCase());

// What a page puts on all objects (`toJSON`, as an old library does) is not written with ours. As deep, and as much, as a
// configuration is; what is more is left as it is.
const { isArray } = Array;
const { keys } = Object;
const naked = (value) => {
  let left = 50_000;
  const copy = (from, depth) => {
    if (typeof from !== "object" || !from || depth > 20 || left < 0) return from;
    const to = isArray(from) ? N.list() : { __proto__: null };
    const names = keys(from);
    left -= names.length + 1;
    for (let i = 0; i < names.length; i++) to[names[i]] = copy(from[names[i]], depth + 1);
    return to;
  };
  return copy(value, 0);
};

// How many mentions of a name are looked at, and so far before each its declaration is looked for, in characters: a text of a
// page's may be long, and made to be searched.
const MENTIONS = 2000;
const REACH = 200;
// What stands before the name where it is declared: the word for it, a pattern that takes something apart, or a list of such names.
const DECLARED = /\b(?:(?:let|const|class)\s+|(?:let|const)\s*[{[][^;}\]]*|(?:let|const)\s(?:[^;()[\]{}]|\((?:[^()]|\([^()]*\))*\)|\[[^\]]*\]|\{[^}]*\})*,\s*)$/;

// A page's listener that does what it is told of would never let the page go on.
const ROW = 100;

// The configuration block.
export const BLOCK = "#consent-gate-config";

// `gate` gives forget, again, clear and site; `tag` is our own script element or null.
export const makeHost = (gate, { tag, config }) => {
  const w = window;
  const d = document;
  const { console, JSON, navigator, location, crypto } = w;
  const { warn, error } = console;
  const { parse, stringify } = JSON;
  const { Date, requestAnimationFrame } = w;
  const { now } = Date;
  const { toISOString } = Date.prototype;
  const { queueMicrotask, CustomEvent, Uint8Array } = w;
  const { randomUUID, getRandomValues } = crypto;
  const has = Object.prototype.hasOwnProperty;
  let alarm;
  let row = 0;
  const quiet = (action) => (a, b, c, d) => attempt(() => action(a, b, c, d));
  const text = (value) => (typeof value === "string" ? value : "");

  return {
    listen: quiet(N.stay),
    get: (object, key) => attempt(() => object[key]),
    set: quiet((object, key, value) => void (object[key] = value)),
    document: () => d,
    window: () => w,

    cookies: () => text(attempt(() => N.getCookie(d))),
    writeCookie: quiet((cookie) => N.setCookie(d, cookie)),

    now: () => now(),
    setTimeout: (callback, delay) => N.setTimeout(callback, delay),
    // At the end of the task; of many such, one after the other, the next ones in tasks of their own.
    soon: (callback) => {
      if (!row++) turn(() => void (row = 0));
      if (row < ROW) apply(queueMicrotask, w, [callback]);
      else turn(callback);
    },
    turn,
    dispatch: quiet((name, detail) => N.dispatch(d, new CustomEvent(name, { __proto__: null, detail }))),
    warn: quiet((words) => apply(warn, console, [words])),
    error: quiet((words) => apply(error, console, [words])),
    // `randomUUID` is for secure contexts only; a demo or an old intranet page is none.
    uuid: () => {
      if (randomUUID) return apply(randomUUID, crypto, []);
      const bytes = apply(getRandomValues, crypto, [new Uint8Array(16)]);
      let id = "";
      for (let i = 0; i < 16; i++) {
        const byte = i === 6 ? (bytes[i] & 15) | 64 : i === 8 ? (bytes[i] & 63) | 128 : bytes[i];
        id += (i === 4 || i === 6 || i === 8 || i === 10 ? "-" : "") + DIGITS[byte >> 4] + DIGITS[byte & 15];
      }
      return id;
    },
    parse: (source) => parse(source),
    stringify: (value) => text(attempt(() => stringify(naked(value)))),
    copy: (value) => {
      const written = stringify(naked(value));
      return written === undefined ? written : parse(written);
    },
    iso: (at) => text(attempt(() => apply(toISOString, new Date(at), []))),
    reload: () => location.reload(),

    pageHost: () => N.home.hostname,
    pagePort: () => N.home.port,
    languages: () => list(attempt(() => navigator.languages)),
    htmlLang: () => text(attempt(() => N.getAttribute(N.rootOf(d), "lang"))),
    timeZone: () => text(attempt(() => new w.Intl.DateTimeFormat().resolvedOptions().timeZone)),
    gpc: () => navigator.globalPrivacyControl,
    dnt: () => navigator.doNotTrack ?? w.doNotTrack ?? navigator.msDoNotTrack,
    prerendering: () => d.prerendering === true,

    attributes: () => {
      const data = attempt(() => tag.dataset) ?? {};
      const names = keys(data);
      const answer = [];
      for (let i = 0; i < names.length; i++) answer[i] = [kebab(names[i]), data[names[i]]];
      return answer;
    },
    block: () => {
      const found = queryAll(d, BLOCK)[0];
      return found && attempt(() => N.textContent(found));
    },
    global: () => config ?? attempt(() => (apply(has, w, ["consentGateConfig"]) ? w.consentGateConfig : undefined)),

    gesture: () => N.isGesture() === true && !gate.acted,
    trusted: (event) => event.isTrusted === true,

    forget: gate.forget,
    site: gate.site,
    rescan: gate.again,
    clear: () => N.setTimeout(gate.clear, 0),
    later: (painted) => {
      if (!painted) return N.setTimeout(() => attempt(() => (gate.engine.tell(RESUME, 0), gate.resumed())), 0);
      // In a tab that nobody sees there are no frames.
      let waits = true;
      const go = () => {
        if (!waits) return;
        waits = false;
        attempt(() => gate.engine.tell(OBEY, 0));
      };
      attempt(() => apply(requestAnimationFrame, w, [() => N.setTimeout(go, 0)]));
      N.setTimeout(go, 100);
    },
    // The longest that a timer can be set to; the engine sets it again.
    wake: (delay) => {
      N.clearTimeout(alarm);
      alarm = N.setTimeout(() => attempt(() => gate.engine.tell(WAKE, 0)), delay < 0x7fffffff ? delay : 0x7fffffff);
    },
    // `const` and `let` make globals that are no properties of the window; only the text of the page's
    // inline scripts tells of them.
    exists: (name, ticket) =>
      attempt(() => {
        const asking = ticket?.element ?? gate.script;
        const document = N.ownerDocument(asking);
        if (name in N.viewOf(document)) return true;
        const scripts = queryAll(document, "script:not([src],[type]),script[type*=javascript i]:not([src])");
        for (let i = 0; scripts[i]; i++) {
          if (scripts[i] === asking) continue;
          const text = N.textContent(scripts[i]);
          let left = MENTIONS;
          for (let at = -1; left-- && (at = N.indexOf(text, name, at + 1)) >= 0; )
            if (exec(DECLARED, N.slice(text, at < REACH ? 0 : at - REACH, at)) && !exec(/[\w$]/, text[at + name.length] ?? "")) return true;
        }
        return false;
      }, true),
  };
};
