// Writes of names that are known to belong to a service: cookies, keys of local and session storage,
// databases, caches. A write that is not allowed has no effect, as in a browser that refuses it silently
// (a database: as in one that can't make it); deleting is always allowed.

import { IS_REFUSED } from "../calls.js";
import { CACHE, COOKIE, DATABASE, gate, judgeWrite } from "../gate.js";
import { living } from "../living.js";
import * as N from "../natives.js";
import { apply, attempt, exec, getter, indexOf, maker, method, patch, slice } from "../natives.js";
import { keys } from "./keys.js";

const { Date, Number } = window;
const { now, parse } = Date;
const isPast = (at) => at <= now();

// Is the cookie text a deletion? Then it passes as one, whoever's it is and however browsers read it.
const deletes = (text) => {
  const age = exec(/;\s*max-age\s*=\s*"?(-?\d+)/i, text);
  if (age) return Number(age[1]) <= 0;
  const expires = exec(/;\s*expires\s*=\s*([^;]+)/i, text);
  return !!expires && isPast(parse(expires[1]));
};

const trim = method(window.String.prototype, "trim");
const cookieName = (text) => {
  const end = indexOf(text, "=");
  const pair = indexOf(text, ";");
  return end < 0 || (pair >= 0 && pair < end) ? "" : trim(slice(text, 0, end));
};

// Fails closed.
const may = (kind, name) => attempt(() => judgeWrite(kind, name), false);

const cookies = (win) => {
  patch(
    win.Document.prototype,
    "cookie",
    (original, self, args) => {
      const text = "" + args[0];
      const passes = attempt(() => (judgeWrite(COOKIE, cookieName(text)) ? text : deletes(text) && text + "; Max-Age=0"), false);
      if (passes) return apply(original, self, [passes]);
    },
    "set",
  );
  patch(win.CookieStore?.prototype, "set", (original, self, args) => {
    const first = args[0];
    const options = typeof first === "object" && first;
    let name = first;
    let expires;
    try {
      name = "" + (options ? options.name : first);
      if (options && options.expires != null) expires = +options.expires;
    } catch (error) {
      return win.Promise.reject(error);
    }
    if (options) args[0] = { __proto__: options, name, expires };
    else if (args.length) args[0] = name;
    const passes = !args.length || may(COOKIE, trim(name)) || (expires != null && isPast(expires));
    return passes ? apply(original, self, args) : win.Promise.resolve();
  });
};

// A database that may not be made: another one's making is given up, and that is what the page is told. Its
// number is a new one each time, so that it is never there already.
const SPARE = "held-by-consent-gate";
// Open ones that a service may have: who has one can write for as long as it is open.
const resultOf = getter(window.IDBRequest?.prototype, "result");
const closeBase = method(window.IDBDatabase?.prototype, "close");
const open = living();
const isRefused = (kind, name) => attempt(() => gate.engine.ask(IS_REFUSED, kind, name) !== 0, false);

const databases = (win) => {
  const transactionOf = getter(win.IDBRequest?.prototype, "transaction");
  const abort = method(win.IDBTransaction?.prototype, "abort");
  patch(win.IDBFactory?.prototype, "open", (original, self, args) => {
    if (!args.length) return apply(original, self, args);
    const name = (args[0] = "" + args[0]);
    if (may(DATABASE, name)) {
      const request = apply(original, self, args);
      N.listen(request, "success", () => attempt(() => open.add(resultOf(request), name)));
      return request;
    }
    const request = apply(original, self, [SPARE, now()]);
    N.listen(request, "upgradeneeded", (event) => {
      N.silence(event);
      abort(transactionOf(request));
    });
    return request;
  });
  patch(win.CacheStorage?.prototype, "open", (original, self, args) => {
    if (!args.length) return apply(original, self, args);
    const name = (args[0] = "" + args[0]);
    if (may(CACHE, name)) return apply(original, self, args);
    return win.Promise.reject(new win.DOMException("An attempt was made to break through the security policy of the user agent.", "SecurityError"));
  });
};

export const writes = (win) => {
  cookies(win);
  keys(win);
  databases(win);
};

// What is refused is cleared of databases and caches, too; Rust clears what can be cleared at once.
const { IDBFactory, CacheStorage } = window;
const indexedDB = maker("indexedDB");
const caches = maker("caches");
const listed = (make, all, remove, kind) => {
  const store = attempt(make);
  const answer = attempt(() => all(store));
  if (!answer) return;
  N.then(
    answer,
    (found) => {
      for (let i = 0; i < found.length; i++) {
        const name = found[i].name ?? found[i];
        if (isRefused(kind, name)) attempt(() => remove(store, name));
      }
    },
    () => undefined,
  );
};
const base = IDBFactory?.prototype;
const cache = CacheStorage?.prototype;
const [allBases, dropBase, allCaches, dropCache] = [method(base, "databases"), method(base, "deleteDatabase"), method(cache, "keys"), method(cache, "delete")];
gate.clear = () => {
  open.end((name) => isRefused(DATABASE, name), (base) => closeBase(base));
  listed(indexedDB, allBases, dropBase, DATABASE);
  listed(caches, allCaches, dropCache, CACHE);
};
