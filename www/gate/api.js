/**
 * `window.ConsentGate`: what pages call, and what they are told.
 *
 * It holds no rule: every answer comes from the engine. Only where there is none (wasm can't start, or
 * hasn't yet) it answers by itself, and then closed: essential is granted, nothing else is.
 */

import {
  ACCEPT_ALL, CONFIGURE, HAS, HAS_SERVICE, HIDE, IS_GRANTED, RECEIPT, REJECT_ALL, REPORT, RESET, SET, SET_SERVICE, SHOW, STATE, WITHDRAW,
} from "./calls.js";
import { append, getPrototypeOf, list } from "./natives.js";

const EVENTS = ["ready", "change", "show", "hide", "block", "release"];

// So many notices at once, and so many calls within each other.
const MOST = 1000;
const DEPTH = 20;

const { isFrozen, freeze: close, keys } = Object;

/** An `Error` that a page can tell apart by its `code`. */
const refusal = (code, message) => Object.assign(new Error(`ConsentGate: ${message}`), { code });

const freeze = (value) => {
  if (value && typeof value === "object" && !isFrozen(value)) {
    close(value);
    const names = keys(value);
    for (let i = 0; i < names.length; i++) freeze(value[names[i]]);
  }
  return value;
};

/** What is no plain object (a `Map`, a date) has nothing to tell in its fields. */
const plain = (name, value) => {
  const home = value && typeof value === "object" && getPrototypeOf(value);
  if (home && getPrototypeOf(home)) throw new TypeError(`ConsentGate: ${name} must be a plain object`);
  return value;
};

const UNAVAILABLE = freeze({
  status: "unavailable",
  categories: { essential: true, analytics: false, functional: false, marketing: false },
  services: {},
  regime: "opt-in",
  region: null,
  signals: { dnt: false, gpc: false },
  id: null,
  revision: null,
  at: null,
  expires: null,
  language: "en",
  storage: "memory",
});

/**
 * @param {object} link what the interface and `boot.js` share: `engine` once there is one, `host` with
 *   the captured natives, `faults` that boot met before there was an engine. `attach(engine)` is put on
 *   it, for boot to call before the engine starts.
 * @returns {object} the frozen `ConsentGate`
 */
export function createApi(link) {
  const { host } = link;
  // Event → its subscriptions, in a list that is never changed but replaced: whoever is told now is told.
  const listeners = { __proto__: null };
  for (let i = 0; i < EVENTS.length; i++) listeners[EVENTS[i]] = list();
  const keep = (all, wanted) => {
    const kept = list();
    for (let i = 0; i < all.length; i++) if (wanted(all[i])) kept[kept.length] = all[i];
    return kept;
  };
  let waiting = list();
  let readyState = null;

  const engine = () => {
    if (!link.engine) {
      throw refusal("gate-unavailable", "the gate could not start on this page, so nothing can be changed");
    }
    return link.engine;
  };

  const eventNamed = (type) => {
    if (typeof type !== "string") throw new TypeError("ConsentGate: event must be a string");
    if (!listeners[type]) {
      throw new RangeError(`ConsentGate: event "${type}" is unknown; there are ${EVENTS.join(", ")}`);
    }
  };

  const checkListener = (listener) => {
    if (typeof listener !== "function") throw new TypeError("ConsentGate: listener must be a function");
  };

  // A listener that throws is the page's error, shown where the page's errors are shown. It must not
  // keep the others from hearing, nor the gate from working.
  const tell = (listener, detail) => {
    try {
      listener(detail);
    } catch (error) {
      host.setTimeout(() => {
        throw error;
      }, 0);
    }
  };

  // What a listener brings about is told after that of which it heard, also to those who come after it. One that brings about
  // what it is told of would keep the page for ever: of much, or much within each other, the rest comes when the page has had its turn.
  let untold = list();
  let at = 0;
  let depth = 0;
  let told = 0;
  let due = false;
  const tellAll = () => {
    if (depth >= DEPTH) return;
    if (!depth) told = 0;
    depth++;
    // A page whose stack is full throws here.
    try {
      while (at < untold.length && told < MOST) {
        told++;
        untold[at++]();
      }
    } finally {
      depth--;
    }
    if (depth) return;
    if (at < untold.length) {
      if (!due) host.turn(goOn);
      due = true;
    } else {
      untold = list();
      at = 0;
    }
  };
  const goOn = () => {
    const left = list();
    while (at < untold.length) left[left.length] = untold[at++];
    untold = left;
    at = 0;
    due = false;
    tellAll();
  };
  const emit = (type, detail) => {
    freeze(type === "ready" ? detail : detail.state);
    if (type === "ready") readyState = detail;
    const all = listeners[type];
    for (let i = 0; i < all.length; i++) untold[untold.length] = () => tell(all[i].listener, detail);
    untold[untold.length] = () => host.dispatch(`consent-gate:${type}`, detail);
    tellAll();
  };

  const isGranted = (name) => (link.engine ? link.engine.call(IS_GRANTED, name) : name === "essential");

  const changed = () => {
    waiting = keep(waiting, ({ name, resolve }) => {
      if (!isGranted(name)) return true;
      resolve();
      return false;
    });
  };

  const state = () => (link.engine ? freeze(link.engine.call(STATE)) : UNAVAILABLE);

  const noted = () => {
    const errors = [];
    for (let i = 0; i < link.faults.length; i++) append(errors, { path: "", ...link.faults[i] });
    return errors;
  };

  const api = {
    has: (category) => (link.engine ? link.engine.call(HAS, category) : category === "essential"),
    hasService: (id) => (link.engine ? link.engine.call(HAS_SERVICE, id) : false),
    state,
    granted: (name) =>
      isGranted(name) ? Promise.resolve() : new Promise((resolve) => void (waiting[waiting.length] = { name, resolve })),
    acceptAll: () => (engine().call(ACCEPT_ALL), state()),
    rejectAll: () => (engine().tell(REJECT_ALL, 0), state()),
    set: (choices) => (engine().call(SET, plain("choices", choices)), state()),
    setService: (id, granted) => (engine().call(SET_SERVICE, id, granted), state()),
    withdraw: (name) => (engine().call(WITHDRAW, name), state()),
    reset: () => (engine().call(RESET), state()),
    show: () => engine().tell(SHOW, 0),
    preferences: () => engine().preferences(),
    hide: () => engine().tell(HIDE, 0),
    on: (type, listener) => {
      eventNamed(type);
      checkListener(listener);
      // Each subscription is its own, also of the same function, so that taking one off leaves the other.
      const own = { __proto__: null, listener, on: true };
      listeners[type] = keep(listeners[type], () => true);
      listeners[type][listeners[type].length] = own;
      if (type === "ready" && readyState) host.soon(() => own.on && tell(listener, readyState));
      return () => {
        own.on = false;
        listeners[type] = keep(listeners[type], (other) => other !== own);
      };
    },
    off: (type, listener) => {
      eventNamed(type);
      checkListener(listener);
      listeners[type] = keep(listeners[type], (own) => own.listener !== listener || (own.on = false));
    },
    report: () =>
      link.engine
        ? link.engine.call(REPORT)
        : { held: [], released: [], allowed: [], writes: [], vendors: {}, errors: noted(), truncated: false },
    receipt: () => (link.engine ? link.engine.call(RECEIPT) : null),
    configure: (config) => {
      engine().call(CONFIGURE, plain("config", config));
      link.configured = config;
    },
    version: VERSION,
  };
  link.attach = (started) => started.listen(emit, changed);
  return Object.freeze(api);
}
