// `XMLHttpRequest`, and what is sent with it. Both functions run on the page and, as text, in workers (inside/prelude.js): nothing here
// may name anything outside of itself. What is called is taken before anybody can change it.

// Bodies that are kept while a request waits: `keep(body)` is what it was given, whatever the page does to it meanwhile; it throws
// where the browser would. `weigh(body)`: its bytes in memory, as far as they can be told without reading it.
export const bodies = (self, { apply, attempt, describe }) => {
  const { ArrayBuffer, Blob, FormData, URLSearchParams } = self;
  const { isView } = ArrayBuffer;
  const free = (owner, key) => {
    const found = owner && describe(owner.prototype, key);
    return (of, a, b) => apply(found.value ?? found.get, of, [a, b]);
  };
  const bytesOf = free(ArrayBuffer, "byteLength");
  const sizeOf = free(Blob, "size");
  const query = free(URLSearchParams, "toString");
  const each = free(FormData, "forEach");
  const add = free(FormData, "append");
  const stateOf = free(self.Document, "readyState");
  const copyOf = free(self.Node, "cloneNode");
  const fields = (form) => {
    const copy = new FormData();
    each(form, (value, name) => void add(copy, name, value));
    return copy;
  };
  const weighText = (text) => 2 * text.length;
  const weighFields = (form) => {
    let weight = 0;
    each(form, (value, name) => void (weight += weighText(name) + (typeof value === "string" ? weighText(value) : sizeOf(value))));
    return weight;
  };
  return {
    keep: (body) => {
      if (body == null || typeof body === "string" || attempt(() => sizeOf(body)) !== undefined) return body;
      if (attempt(() => stateOf(body))) return copyOf(body, true);
      if (isView(body) || attempt(() => bytesOf(body)) !== undefined) return new Blob([body]);
      return attempt(() => new URLSearchParams(query(body))) ?? attempt(() => fields(body)) ?? `${body}`;
    },
    weigh: (body) => {
      if (body == null) return 0;
      if (typeof body === "string") return weighText(body);
      return attempt(() => sizeOf(body)) ?? attempt(() => weighText(query(body))) ?? attempt(() => weighFields(body)) ?? (body.byteLength | 0 || 4096);
    },
  };
};

// `whole(text)` is an address as it reads from anywhere; `ask(text)` is `null` where it may go; `hold(text, asked, weight, go, fail)`
// lets it wait and answers with what gives it up, or `null` where there is nothing to wait for; `task(act)` acts in a task of its own.
export const requests = (self, { apply, getter, patch, exec, dispatch, calls, keep, weigh, whole, ask, hold, task, setTimeout, clearTimeout }) => {
  const { DOMException, Date, Event, ProgressEvent, XMLHttpRequest } = self;
  if (!XMLHttpRequest) return;
  const { prototype } = XMLHttpRequest;
  const { now } = Date;
  const stateOf = getter(prototype, "readyState");
  const timeoutOf = getter(prototype, "timeout");
  const uploadOf = getter(prototype, "upload");

  const tell = (of, type) => dispatch(of, new (type === "readystatechange" ? Event : ProgressEvent)(type));
  const begin = (xhr, call) => {
    call.waits = false;
    tell(xhr, "loadstart");
    // Whoever hears it may give it up.
    if (call.stop && call.sends) tell(uploadOf(xhr), "loadstart");
  };
  const rest = (call) => {
    clearTimeout(call.limit);
    call.stop = null;
  };
  const giveUp = (call) => {
    const stop = call?.stop;
    if (!stop) return false;
    rest(call);
    stop();
    return true;
  };
  // Tells what browsers tell. None of their own failures will do: they ask a policy or tell the console, and after a POST to a blob
  // Chromium ends the whole page when the object is used again.
  const end = (xhr, call, type) => {
    // What waits has not begun, since what goes tells that by itself.
    if (call.waits) begin(xhr, call);
    if (!giveUp(call)) return false;
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
  // Counts from `send` on, also where a page sets it later.
  const limit = (xhr, call) => {
    clearTimeout(call.limit);
    const patience = timeoutOf(xhr);
    const left = call.begun + patience - now();
    if (patience && left < 0x7fffffff) call.limit = setTimeout(() => call.stop && end(xhr, call, "timeout"), left);
  };
  // Sent already, as far as the page knows: an object that was never opened throws what it must.
  const sentOr = (of) => {
    const call = calls.get(of);
    return call && (call.stop || call.state !== null) ? new XMLHttpRequest() : of;
  };

  patch(prototype, "open", (original, of, args) => {
    if (args.length < 2) return apply(original, of, args);
    // As the browser would: once, in this order, and before anything is known of it.
    for (let i = 0; i < 5 && i < args.length; i++) if (i < 2 || (i > 2 && args[i] != null)) args[i] = `${args[i]}`;
    // Another base may be the document's when it is sent.
    const text = (args[1] = whole(args[1]));
    const before = calls.get(of);
    // Whoever hears that it is open may send it.
    calls.set(of, {
      __proto__: null, method: args[0], text, sync: args.length > 2 && !args[2],
      sends: false, // a body, of which `upload` is told
      waits: false, // and nobody was told that it has begun
      begun: 0, // milliseconds since 1970
      limit: 0, // the timer of its `timeout`
      stop: null, // gives it up, as long as there is something to give up
      state: null, // of one that was ended here
    });
    let answer;
    try {
      answer = apply(original, of, args);
    } catch (error) {
      calls.set(of, before);
      throw error;
    }
    giveUp(before);
    if (before && before.state !== null) tell(of, "readystatechange");
    return answer;
  });

  patch(prototype, "send", (original, of, args) => {
    const call = calls.get(of);
    if (!call) return apply(original, of, args);
    if (sentOr(of) !== of) return apply(original, new XMLHttpRequest(), []);
    const asked = ask(call.text);
    if (asked === null || (stateOf(of) ?? 1) !== 1) return apply(original, of, args);
    if (call.sync) {
      call.state = 4;
      throw new DOMException(`Failed to execute 'send' on 'XMLHttpRequest': Failed to load '${call.text}'.`, "NetworkError");
    }
    if (args.length) args[0] = keep(args[0]);
    call.sends = args[0] != null && exec(/^(get|head)$/i, call.method) === null;
    call.begun = now();
    const go = () => {
      // It may have been given up by what another one's end brought about.
      if (!call.stop) return;
      rest(call);
      apply(original, of, args);
    };
    const fail = () => end(of, call, "error");
    call.stop = hold(call.text, asked, weigh(args[0]) + 512, go, fail);
    if (call.stop) call.waits = true;
    else {
      // A failure comes after the call, as ever.
      call.stop = () => undefined;
      task(fail);
      begin(of, call);
    }
    if (call.stop) limit(of, call);
  });

  patch(prototype, "abort", (original, of, args) => {
    const call = calls.get(of);
    if (!call || (call.state === null && !end(of, call, "abort"))) return apply(original, of, args);
    call.state = 0;
  });
  patch(prototype, "setRequestHeader", (original, of, args) => apply(original, sentOr(of), args));
  patch(prototype, "timeout", (original, of, args) => {
    apply(original, of, args);
    const call = calls.get(of);
    if (call?.stop) limit(of, call);
  }, "set");
  patch(prototype, "withCredentials", (original, of, args) => {
    const call = calls.get(of);
    if (call && (call.stop || call.state))
      throw new DOMException("The value may only be set if the object's state is UNSENT or OPENED.", "InvalidStateError");
    apply(original, of, args);
  }, "set");
  patch(prototype, "readyState", (original, of, args) => calls.get(of)?.state ?? apply(original, of, args), "get");
};
