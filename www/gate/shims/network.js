// Calls that leave the page without an element: `fetch`, `XMLHttpRequest`, `sendBeacon`. While a call
// is undecided it waits, within bounds that the quarantine keeps; a refused one fails as the platform fails
// when the network does. Never a made-up success.

import { BEACON, FETCH, NOW, XHR, drop, hold, isSettled, judge, passes, whole } from "../gate.js";
import * as N from "../natives.js";
import { apply, attempt, exec, getter, listed, newWeakMap, patch, replace } from "../natives.js";

// How long a call waits for an answer.
const PATIENCE = 10 * 60 * 1000;

// What a body weighs in memory, as far as it can be told without reading it.
const weigh = (body) => (body == null ? 0 : typeof body === "string" ? 2 * body.length : (body.byteLength ?? body.size ?? 4096));

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

const { Request, AbortSignal, Blob, Event, ProgressEvent, FormData, URLSearchParams } = window;
export const addressOf = getter(Request?.prototype, "url");
const signalOf = getter(Request?.prototype, "signal");
const aborted = getter(AbortSignal?.prototype, "aborted");

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
// `state`: that of one that was ended here.
const calls = newWeakMap(); // xhr → { method, text, sync, sends, ticket, waits, limit, state }

const queryText = N.method(URLSearchParams?.prototype, "toString");
const eachField = N.method(FormData?.prototype, "forEach");
const addField = N.method(FormData?.prototype, "append");
const sameFields = (form) => {
  const copy = new FormData();
  eachField(form, (value, name) => void addField(copy, name, value));
  return copy;
};
// Copied: the page may use its buffer or its form again.
const kept = (body) => {
  if (body?.byteLength !== undefined) return new Blob([body]);
  if (typeof body !== "object" || !body) return body;
  return attempt(() => new URLSearchParams(queryText(body))) ?? attempt(() => sameFields(body)) ?? body;
};

const requests = (win) => {
  const { DOMException, XMLHttpRequest } = win;
  const { prototype } = XMLHttpRequest;
  const state = getter(prototype, "readyState");
  const timeoutOf = getter(prototype, "timeout");
  const uploadOf = getter(prototype, "upload");

  const stop = (call) => {
    const ticket = call?.ticket;
    if (ticket) {
      ticket.stop();
      call.ticket = null;
    }
    return ticket;
  };
  const tell = (of, type) => N.dispatch(of, new (type === "readystatechange" ? Event : ProgressEvent)(type));
  const begin = (xhr, call) => {
    tell(xhr, "loadstart");
    if (call.sends) tell(uploadOf(xhr), "loadstart");
  };
  // Tells what browsers tell. None of their own failures will do: they ask a policy or tell the console, and after a POST to a blob
  // Chromium ends the whole page when the object is used again.
  const end = (xhr, call, type) => {
    // What waits has not begun, since what goes tells that by itself. Who hears it may give it up.
    if (call.waits) {
      call.waits = false;
      begin(xhr, call);
    }
    if (!stop(call)) return false;
    call.state = 4;
    tell(xhr, "readystatechange");
    if (call.sends) {
      tell(uploadOf(xhr), type);
      tell(uploadOf(xhr), "loadend");
    }
    tell(xhr, type);
    tell(xhr, "loadend");
    return true;
  };
  // Counts from here on, also where a page sets it late.
  const limit = (xhr, call) => {
    N.clearTimeout(call.limit);
    const patience = timeoutOf(xhr);
    if (patience && patience < 0x7fffffff) call.limit = N.setTimeout(() => call.ticket && end(xhr, call, "timeout"), patience);
  };
  // Sent already, as far as the page knows.
  const isSent = (call) => call && (call.ticket || call.state !== null);

  patch(prototype, "open", (original, self, args) => {
    if (args.length < 2) return apply(original, self, args);
    // As the browser would: once, in this order, and before anything is known of it.
    for (let i = 0; i < 5 && i < args.length; i++) if (i < 2 || (i > 2 && args[i] != null)) args[i] = `${args[i]}`;
    // Another base may be the document's when it is sent.
    const text = (args[1] = attempt(() => whole(args[1], win.document), args[1]));
    const before = calls.get(self);
    // Whoever hears that it is open may send it.
    calls.set(self, { method: args[0], text, sync: args.length > 2 && !args[2], sends: false, ticket: null, waits: false, limit: 0, state: null });
    let answer;
    try {
      answer = apply(original, self, args);
    } catch (error) {
      calls.set(self, before);
      throw error;
    }
    stop(before);
    if (before && before.state !== null) tell(self, "readystatechange");
    return answer;
  });

  patch(prototype, "send", (original, self, args) => {
    const call = calls.get(self);
    if (!call) return apply(original, self, args);
    // An object that was never opened throws the same error.
    if (isSent(call)) return apply(original, new XMLHttpRequest(), []);
    const request = asked(XHR, call.text, win.document);
    if (request === null || state(self) !== 1) return apply(original, self, args);
    if (call.sync) {
      call.state = 4;
      throw new DOMException(`Failed to execute 'send' on 'XMLHttpRequest': Failed to load '${call.text}'.`, "NetworkError");
    }
    const go = () => {
      call.ticket = null;
      apply(original, self, args);
    };
    const fail = () => end(self, call, "error");
    call.sends = args[0] != null && exec(/^(get|head)$/i, call.method) === null;
    if (request && !isSettled(request)) {
      args[0] = kept(args[0]);
      call.ticket = wait(request, weigh(args[0]) + 512, go, fail);
    }
    if (call.ticket) call.waits = true;
    else {
      // A failure comes after the call, as ever.
      const timer = N.setTimeout(fail, 0);
      call.ticket = { stop: () => N.clearTimeout(timer) };
      begin(self, call);
    }
    limit(self, call);
  });

  patch(prototype, "setRequestHeader", (original, self, args) => apply(original, isSent(calls.get(self)) ? new XMLHttpRequest() : self, args));
  patch(prototype, "timeout", (original, self, args) => {
    apply(original, self, args);
    const call = calls.get(self);
    if (call?.ticket) limit(self, call);
  }, "set");

  patch(prototype, "abort", (original, self, args) => {
    const call = calls.get(self);
    if (!call || (call.state === null && !end(self, call, "abort"))) return apply(original, self, args);
    call.state = 0;
  });
  patch(prototype, "readyState", (original, self, args) => calls.get(self)?.state ?? apply(original, self, args), "get");
};

const beacons = (win) =>
  patch(win.Navigator.prototype, "sendBeacon", (original, self, args) => {
    if (!args.length) return apply(original, self, args);
    const text = (args[0] = `${args[0]}`);
    const request = asked(BEACON, text, win.document);
    if (request === null) return apply(original, self, args);
    if (!request || isSettled(request)) return false;
    args[1] = kept(args[1]);
    return !!wait(request, weigh(args[1]) + 256, () => apply(original, self, args), () => undefined);
  });

export const network = (win) => {
  if (win.fetch) fetches(win);
  requests(win);
  beacons(win);
};
