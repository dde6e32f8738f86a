// Calls that leave the page without an element: `fetch`, `XMLHttpRequest`, `sendBeacon`,
// `WebSocket`, `EventSource`. While a call is undecided it waits, within bounds that the quarantine
// keeps; a refused one fails as the platform fails when the network does. Never a made-up success.

import { BEACON, EVENT_SOURCE, FETCH, NOW, WEB_SOCKET, XHR, drop, hold, isSettled, judge } from "../gate.js";
import * as N from "../natives.js";
import { apply, attempt, construct, describe, getter, method, patch, patchClass, pin } from "../natives.js";

// How long a call waits for an answer.
const PATIENCE = 10 * 60 * 1000;

// Addresses that fail inside the browser, so that the failure is a genuine one and nothing leaves:
// a port that every browser refuses, at a name that can't exist; and a stream that is none. What the
// console says about them tells the developer who it was.
const NOWHERE = "https://held-by-consent-gate.invalid:1/";
const NO_SOCKET = "wss://held-by-consent-gate.invalid:1/";
const NO_STREAM = "data:text/plain,";

// What a body weighs in memory, as far as it can be told without reading it.
const weigh = (body) => (body == null ? 0 : typeof body === "string" ? 2 * body.length : (body.byteLength ?? body.size ?? 4096));

// Waits for an answer. `send` and `fail` are called at most once; the returned ticket can be dropped.
const wait = (request, weight, send, fail) => {
  let open = true;
  const once = (action) => () => {
    if (!open) return false;
    open = false;
    N.clearTimeout(timer);
    attempt(action);
    return false;
  };
  const ticket = { element: null, release: once(send), refuse: once(fail) };
  const stop = once(() => drop(ticket));
  const timer = N.setTimeout(() => {
    drop(ticket);
    ticket.refuse();
  }, PATIENCE);
  ticket.stop = stop;
  return hold(request, ticket, NOW, weight) ? ticket : (N.clearTimeout(timer), null);
};

const { Request, AbortSignal, TypeError, Promise, Blob, ProgressEvent } = window;
const addressOf = getter(Request?.prototype, "url");
const signalOf = getter(Request?.prototype, "signal");
const aborted = getter(AbortSignal?.prototype, "aborted");
const then = method(Promise.prototype, "then");

const fetches = (win) =>
  patch(win, "fetch", (original, self, args) => {
    if (!args.length) return apply(original, self, args);
    const [input, init] = args;
    let text = attempt(() => addressOf(input));
    if (text === undefined) {
      try {
        text = "" + input;
      } catch (error) {
        return win.Promise.reject(error);
      }
      args[0] = text;
    }
    const request = attempt(() => judge(FETCH, text), undefined);
    if (request === null) return apply(original, self, args);
    const failure = () => new win.TypeError("Failed to fetch");
    if (!request || isSettled(request)) return win.Promise.reject(failure());
    return new win.Promise((resolve, reject) => {
      // One `Request` made now: body, headers and signal are those of the call, whatever the page does
      // to its objects meanwhile. A wrong argument throws here, and so rejects, as it would natively.
      const made = new win.Request(args[0], init);
      const signal = signalOf(made);
      const reason = () => signal.reason ?? new DOMException("signal is aborted without reason", "AbortError");
      if (aborted(signal)) return reject(reason());
      const ticket = wait(request, weigh(init?.body) + 512, () => resolve(apply(original, self, [made])), () => reject(failure()));
      if (!ticket) return reject(failure());
      N.listen(signal, "abort", () => {
        ticket.stop();
        reject(reason());
      });
    });
  });

const requests = (win) => {
  const { prototype } = win.XMLHttpRequest;
  const { open, send, abort } = { open: prototype.open, send: prototype.send, abort: prototype.abort };
  const state = getter(prototype, "readyState");
  const timeoutOf = getter(prototype, "timeout");
  const calls = pin(new WeakMap()); // xhr → { text, sync, ticket }

  // A genuine failure: the same object, sent to an address that doesn't exist.
  const fail = (xhr, sync) => {
    const timeout = sync ? 0 : timeoutOf(xhr);
    apply(open, xhr, ["GET", NOWHERE, !sync]);
    if (timeout) attempt(() => (xhr.timeout = timeout));
    return apply(send, xhr, []);
  };
  const stop = (xhr) => {
    const call = calls.get(xhr);
    const ticket = call?.ticket;
    if (ticket) {
      ticket.stop();
      call.ticket = null;
    }
    return ticket;
  };

  patch(prototype, "open", (original, self, args) => {
    if (args.length < 2) return apply(original, self, args);
    const text = (args[1] = "" + args[1]);
    const answer = apply(original, self, args);
    stop(self);
    calls.set(self, { text, sync: args.length > 2 && !args[2], ticket: null });
    return answer;
  });

  patch(prototype, "send", (original, self, args) => {
    const call = attempt(() => calls.get(self));
    const request = call && attempt(() => (state(self) === 1 && !call.ticket ? judge(XHR, call.text) : null), undefined);
    if (!call || request === null) return apply(original, self, args);
    if (!request || isSettled(request) || call.sync) return fail(self, call.sync);
    const patience = timeoutOf(self);
    call.ticket = wait(
      request,
      weigh(args[0]) + 512,
      () => {
        call.ticket = null;
        apply(original, self, args);
      },
      () => {
        call.ticket = null;
        fail(self, false);
      },
    );
    if (!call.ticket) return fail(self, false);
    if (patience)
      N.setTimeout(() => {
        if (!stop(self)) return;
        apply(abort, self, []);
        N.dispatch(self, new ProgressEvent("timeout"));
        N.dispatch(self, new ProgressEvent("loadend"));
      }, patience);
  });

  patch(prototype, "abort", (original, self, args) => {
    // Sent nowhere and aborted at once: the events are the browser's own.
    if (attempt(() => stop(self))) attempt(() => fail(self, false));
    return apply(original, self, args);
  });
};

const beacons = (win) =>
  patch(win.Navigator.prototype, "sendBeacon", (original, self, args) => {
    if (!args.length) return apply(original, self, args);
    const text = (args[0] = "" + args[0]);
    const request = attempt(() => judge(BEACON, text), undefined);
    if (request === null) return apply(original, self, args);
    if (!request || isSettled(request)) return false;
    // Bytes are copied: the page may use its buffer again.
    if (args[1]?.byteLength !== undefined) args[1] = new Blob([args[1]]);
    return !!wait(request, weigh(args[1]) + 256, () => apply(original, self, args), () => undefined);
  });

// These can't wait: a held one fails at once, and says so asynchronously as ever.
const streams = (win, name, kind, nowhere) =>
  patchClass(win, name, (target, args, newTarget) => {
    if (!args.length) return construct(target, args, newTarget);
    const text = (args[0] = "" + args[0]);
    const held = attempt(() => judge(kind, text) !== null, true);
    if (!held) return construct(target, args, newTarget);
    const stream = construct(target, [nowhere], newTarget);
    const url = new URL(text, N.baseURI(document)).href;
    attempt(() => Reflect.defineProperty(stream, "url", { get: () => url, configurable: true }));
    return stream;
  });

export const network = (win) => {
  if (win.fetch) fetches(win);
  requests(win);
  beacons(win);
  streams(win, "WebSocket", WEB_SOCKET, NO_SOCKET);
  streams(win, "EventSource", EVENT_SOURCE, NO_STREAM);
};
