// Keys of local and session storage. `setItem` is asked as any call is. But a page may also write
// `localStorage.name = value`, and no script can stand in the way of that: a proxy could, but methods of
// the platform refuse proxies, and pages compare the object with that of a `storage` event. So after
// every script that has fetched one of the two objects its new keys are looked through, and those that
// may not be there are removed before the next task; those that come by an object which a script has kept, a little later.

import { LASTING } from "../calls.js";
import { LOCAL, SESSION, gate, judgeWrite, mayStay } from "../gate.js";
import * as N from "../natives.js";
import { apply, attempt, describe, getter, method, newSet, newWeakMap, ownKeys, patch } from "../natives.js";

const { Storage, queueMicrotask } = window;
const read = method(Storage?.prototype, "getItem");
const write = method(Storage?.prototype, "setItem");
const remove = method(Storage?.prototype, "removeItem");
const kinds = newWeakMap(); // storage → kind
const store = (key, kind) => ({ key, kind, native: describe(window, key)?.get, of: null, known: null });
const STORES = [store("localStorage", LOCAL), store("sessionStorage", SESSION)];
let due = false;

const look = (store) => {
  const found = ownKeys(store.of);
  const known = newSet();
  for (let i = 0; i < found.length; i++) {
    const key = found[i];
    if (typeof key !== "string") continue;
    if (store.known && !store.known.has(key) && !mayStay(store.kind, key)) remove(store.of, key);
    else known.add(key);
  }
  store.known = known;
};

// Whoever has kept the object writes without asking for it, at any time: so from the first on it is looked at, as long as the page
// lives, every so many milliseconds.
const EVERY = 200;
const MANY = 500; // from there on only where their number has changed
const lengthOf = getter(Storage?.prototype, "length");
const poll = () => {
  for (let i = 0; i < STORES.length; i++) {
    const { of, known } = STORES[i];
    if (of) attempt(() => (known.size < MANY || lengthOf(of) !== known.size) && look(STORES[i]));
  }
  N.setTimeout(poll, EVERY);
};
let polls = false;

const sweep = () => {
  due = false;
  for (let i = 0; i < STORES.length; i++) if (STORES[i].of) attempt(() => look(STORES[i]));
};

// A page gets at a storage object: what is there by now may stay until it is refused.
const fetched = (win, store) =>
  patch(win, store.key, (original, self, args) => {
    const answer = apply(original, self, args);
    if (!store.of) {
      store.of = apply(store.native, window, []);
      attempt(() => look(store));
      polls ||= (N.setTimeout(poll, EVERY), true);
    }
    kinds.set(answer, store.kind);
    if (!due) {
      due = true;
      apply(queueMicrotask, window, [sweep]);
    }
    return answer;
  }, "get");

export const keys = (win) => {
  for (let i = 0; i < STORES.length; i++) fetched(win, STORES[i]);
  patch(win.Storage.prototype, "setItem", (original, self, args) => {
    if (args.length < 2) return apply(original, self, args);
    const key = (args[0] = "" + args[0]);
    args[1] = "" + args[1];
    if (attempt(() => judgeWrite(kinds.get(self) ?? LOCAL, key), false)) return apply(original, self, args);
  });
  // A page that forgets all it knows, as when its visitor logs out, does not mean the visitor's refusal, where more is allowed without one.
  patch(win.Storage.prototype, "clear", (original, self, args) => {
    const key = attempt(() => gate.engine.read(LASTING), "");
    const record = key ? attempt(() => read(self, key), null) : null;
    const answer = apply(original, self, args);
    if (record !== null) attempt(() => write(self, key, record));
    return answer;
  });
};

gate.also(sweep);
N.stay(window, "pagehide", sweep);
