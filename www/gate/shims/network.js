// Calls that leave the page without an element: `fetch`, `XMLHttpRequest`, `sendBeacon`. While a call
// is undecided it waits, within bounds that the quarantine keeps; a refused one fails as the platform fails
// when the network does. Never a made-up success.

import { BEACON, FETCH, NOW, XHR, drop, hold, isSettled, judge, passes, whole } from "../gate.js";
import * as N from "../natives.js";
import { apply, attempt, describe, exec, getter, listed, newWeakMap, patch, replace } from "../natives.js";
import { turn } from "../soon.js";
import { bodies, requests } from "./requests.js";

// How long a call waits for an answer.
const PATIENCE = 10 * 60 * 1000;

const { keep, weigh } = bodies(window, { apply, attempt, describe });

// `null`: it may go. Nothing: a fault of our own, and it may not.
export const asked = (kind, text, base) => {
  try {
    return judge(kind, text, "", false, base);
  } catch {
    return undefined;
  }
};

// Waits for an answer. `send` and `fail` are called at most once; the returned ticket can be dropped.
export const wait = (request, weight, send, fail) => {
  let open = true;
  const once = (action) => () => {
    if (!open) return false;
    open = false;
    N.clearTimeout(timer);
    attempt(action);
    return false;
  };
  const ticket = { __proto__: null, number: 0, gone: false, stop: null, element: null, release: once(send), refuse: once(fail) };
  const stop = once(() => drop(ticket));
  const timer = N.setTimeout(() => {
    drop(ticket);
    ticket.refuse();
  }, PATIENCE);
  ticket.stop = stop;
  return hold(request, ticket, NOW, weight) ? ticket : (N.clearTimeout(timer), null);
};

const { Request, AbortSignal } = window;
export const addressOf = getter(Request?.prototype, "url");
const signalOf = getter(Request?.prototype, "signal");
export const aborted = getter(AbortSignal?.prototype, "aborted");

const fetches = (win) => {
  const { Request, Promise, TypeError, DOMException } = win;
  const asking = (original, self, args) => {
    const input = args[0];
    if (!args.length || typeof input === "symbol") return apply(original, self, args);
    let text = input;
    if (typeof text !== "string" && (text = attempt(() => addressOf(input))) === undefined) {
      try {
        text = "" + input;
      } catch (error) {
        return Promise.reject(error);
      }
      args[0] = text;
    }
    const request = asked(FETCH, text, win.document);
    if (request === null) return apply(original, self, args);
    const failure = () => new TypeError("Failed to fetch");
    if (!request || isSettled(request)) return Promise.reject(failure());
    return new Promise((resolve, reject) => {
      // One `Request` made now: body, headers and signal are those of the call, whatever the page does
      // to its objects meanwhile. A wrong argument throws here, and so rejects, as it would natively.
      const made = new Request(args[0], args[1]);
      const signal = signalOf(made);
      const reason = () => signal.reason ?? new DOMException("signal is aborted without reason", "AbortError");
      if (aborted(signal)) return reject(reason());
      const ticket = wait(request, weigh(args[1]?.body) + 512, () => resolve(apply(original, self, [made])), () => reject(failure()));
      if (!ticket) return reject(failure());
      N.listen(signal, "abort", () => {
        ticket.stop();
        reject(reason());
      });
    });
  };
  // Most calls: text of which only the host matters, and that is known to be allowed.
  replace(win, "fetch", (original) => ({
    fetch(input) {
      let easy = false;
      try {
        easy = typeof input === "string" && passes(FETCH, input, win.document);
      } catch {}
      return easy ? apply(original, this, arguments) : asking(original, this, listed(arguments));
    },
  }).fetch);
};

// A request that one realm's `open` prepared may be sent by another's `send`.
const calls = newWeakMap();

const sending = (win) =>
  requests(win, {
    apply, getter, patch, exec, calls, keep, weigh,
    dispatch: N.dispatch,
    setTimeout: N.setTimeout,
    clearTimeout: N.clearTimeout,
    whole: (text) => attempt(() => whole(text, win.document), text),
    ask: (text) => asked(XHR, text, win.document),
    hold: (text, request, weight, go, fail) => (request && !isSettled(request) ? (wait(request, weight, go, fail)?.stop ?? null) : null),
    task: turn,
  });

const beacons = (win) =>
  patch(win.Navigator.prototype, "sendBeacon", (original, self, args) => {
    if (!args.length) return apply(original, self, args);
    const text = (args[0] = `${args[0]}`);
    const request = asked(BEACON, text, win.document);
    if (request === null) return apply(original, self, args);
    if (!request || isSettled(request)) return false;
    args[1] = keep(args[1]);
    return !!wait(request, weigh(args[1]) + 256, () => apply(original, self, args), () => undefined);
  });

export const network = (win) => {
  if (win.fetch) fetches(win);
  sending(win);
  beacons(win);
};
