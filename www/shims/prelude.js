// What runs in a worker before its own code. It is sent there as text, so nothing of it may name
// anything outside of it, and it has no engine: what may pass is told to it as lines
// (`Gate::outline`), which it looks up and does not interpret. After a change the page tells it new
// lines. What it holds fails or waits as it does on the page.
//
//     (prelude)(self, nest, scan, lines, name of the channel, address that the page gave)
//
// It answers with what holds a worker as a whole: `([addresses, its code's address, is it a module])`.

export function prelude(self, nest, scan, lines, name, address) {
  const { BroadcastChannel, DOMException, Date, JSON, Map, Promise, Proxy, Reflect, RegExp, Request, TypeError, URL, WeakMap, location, setTimeout, clearTimeout } = self;
  const { apply, construct, defineProperty, getOwnPropertyDescriptor, getPrototypeOf } = Reflect;
  const { href } = location;
  const NOBODY = "//held-by-consent-gate.invalid:1/";
  const attempt = (action) => {
    try {
      return action();
    } catch {
      return undefined;
    }
  };

  // Lines → what fits. Read when the first address is to be judged.
  let book;
  let answers = new Map();
  const pattern = (text, end = "") =>
    new RegExp("^" + text.replace(/[.+?()[\]{}|\\$]/g, "\\$&").replace(/\*/g, ".*").replace("^", "(?:$|[/?])") + end);
  const read = () => {
    book = { n: [], o: [], w: [], p: [], h: new Map(), s: [], k: [], d: 0 };
    for (const line of lines.split("\n")) {
      const [head, ...rest] = line.split(" ");
      const [kind, answer] = head;
      if (kind === "h") for (const host of rest) book.h.set(host, +answer);
      else if (kind === "k") book.k = rest.filter(Boolean).map((text) => pattern(text, "$"));
      else if (kind === "s") book.s.push([+answer, pattern(rest[0]), rest[0].length]);
      else if (kind === "d") book.d = +answer;
      else {
        const [host, ports, path] = rest;
        const exact = host[0] === "=" ? host.slice(1) : "";
        const front = host.endsWith("*") ? host.slice(0, -1) : "";
        book[kind].push([
          +answer,
          (other) => (exact ? other === exact : front ? other.startsWith(front) : other === host || other.endsWith("." + host)),
          ports === "*" ? null : ports.split(","),
          pattern(path),
          (front ? 1e6 : host.length - !!exact) * 1e4 + path.replace("^", "").length * 2 + (ports !== "*"),
        ]);
      }
    }
  };
  const look = ({ hostname, port, pathname, search }) => {
    if (!book) read();
    const host = hostname.replace(/\.+$/, "");
    const path = pathname + search;
    let answer;
    for (const kind of ["n", "o", "w", "p"]) {
      let best = -1;
      for (const [its, fits, ports, begins, weight] of book[kind])
        if (weight > best && fits(host) && (!ports || ports.includes(port)) && begins.test(path)) [answer, best] = [its, weight];
      if (best >= 0) break;
    }
    for (let rest = host; answer === undefined && rest; rest = rest.slice(rest.indexOf(".") + 1 || rest.length)) answer = book.h.get(rest);
    if (answer !== undefined && answer !== 3) return answer;
    let longest = 0;
    let found = answer ? 0 : book.d;
    for (const [its, begins, length] of book.s) if (length > longest && begins.test(path)) [found, longest] = [its, length];
    return found;
  };
  // 0: it may go, or does not leave the page; 1: it waits; 2: no. Fails closed.
  const judge = (text) => {
    let answer = answers.get(text);
    if (answer !== undefined) return answer;
    const url = attempt(() => new URL(text, href));
    if (!url || !/^(https?|wss?):$/.test(url.protocol)) return 0;
    answer = attempt(() => look(url)) ?? 2;
    if (answers.size > 999) answers = new Map();
    answers.set(text, answer);
    if (answer) attempt(() => channel.postMessage(url.href));
    return answer;
  };

  // What waits, within a bound.
  let waiting = [];
  const wait = (text, send, fail) => {
    if (judge(text) !== 1 || waiting.length > 99) return setTimeout(fail, 0);
    const one = [text, send, fail];
    waiting.push(one);
    return one;
  };
  const giveUp = (one) => {
    clearTimeout(one);
    waiting = waiting.filter((other) => other !== one);
  };
  const channel = attempt(() => new BroadcastChannel(name));
  const streams = new Map(); // open ones → address
  const learn = (event) => {
    const { data } = event;
    if (typeof data !== "object" || !data || data.to !== name) return;
    event.stopImmediatePropagation();
    [lines, book, answers] = [data.lines, undefined, new Map()];
    const all = waiting;
    waiting = [];
    for (const one of all) {
      const answer = judge(one[0]);
      if (answer === 1) waiting.push(one);
      else attempt(one[answer ? 2 : 1]);
    }
    for (const [stream, text] of streams) if (judge(text)) attempt(() => stream.close());
  };
  // An opaque origin has channels of its own; the page posts to the worker itself.
  (channel && address[0] === "b" ? channel : self).addEventListener("message", learn);

  // A proxy is a function of the same name, length and kind; its source is looked up.
  const originals = new WeakMap();
  const patch = (owner, key, body, part = "value", trap = "apply") => {
    while (owner && !getOwnPropertyDescriptor(owner, key)) owner = getPrototypeOf(owner);
    const found = owner && getOwnPropertyDescriptor(owner, key);
    if (typeof found?.[part] !== "function") return;
    const original = found[part];
    originals.set((found[part] = new Proxy(original, { [trap]: body })), original);
    defineProperty(owner, key, found);
    return original.prototype;
  };
  const patchClass = (owner, key, body) => {
    const prototype = patch(owner, key, body, "value", "construct");
    if (prototype) defineProperty(prototype, "constructor", { ...getOwnPropertyDescriptor(prototype, "constructor"), value: owner[key] });
  };

  patch(self.Function.prototype, "toString", (original, of, args) => apply(original, originals.get(of) ?? of, args));

  // The address by which the page knows this worker.
  const place = self.WorkerLocation?.prototype;
  const { pathname } = new URL(address);
  patch(place, "href", (get, of, args) => (of === location ? address : apply(get, of, args)), "get");
  patch(place, "toString", (original, of, args) => (of === location ? address : apply(original, of, args)));
  patch(place, "pathname", (get, of, args) => (of === location ? pathname : apply(get, of, args)), "get");

  const urlOf = Request && getOwnPropertyDescriptor(Request.prototype, "url").get;
  patch(self, "fetch", (original, of, args) => {
    if (!args.length) return apply(original, of, args);
    const input = args[0];
    let text = typeof input === "string" ? input : attempt(() => apply(urlOf, input, []));
    if (text === undefined) {
      try {
        text = args[0] = "" + input;
      } catch (error) {
        return Promise.reject(error);
      }
    }
    if (!judge(text)) return apply(original, of, args);
    return new Promise((resolve, reject) => {
      const made = new Request(args[0], args[1]);
      const { signal } = made;
      if (signal.aborted) return reject(signal.reason);
      const one = wait(text, () => resolve(apply(original, of, [made])), () => reject(new TypeError("Failed to fetch")));
      signal.addEventListener("abort", () => (giveUp(one), reject(signal.reason)));
    });
  });

  const calls = new WeakMap(); // request → [address, asynchronous, what waits]
  const requests = self.XMLHttpRequest?.prototype;
  const { open, send } = requests ?? {};
  const end = (request, async) => {
    apply(open, request, ["POST", "blob:held-by-consent-gate", async]);
    apply(send, request, []);
  };
  patch(requests, "open", (original, of, args) => {
    if (args.length > 1) args[1] = "" + args[1];
    const answer = apply(original, of, args);
    giveUp(calls.get(of)?.[2]);
    calls.set(of, [args[1], args.length < 3 || !!args[2]]);
    return answer;
  });
  patch(requests, "send", (original, of, args) => {
    const call = calls.get(of);
    if (!call || of.readyState !== 1 || !judge(call[0])) return apply(original, of, args);
    if (call[2]) return apply(original, new self.XMLHttpRequest(), []);
    if (!call[1]) return end(of, false);
    const settle = (action) => () => {
      call[2] = null;
      action();
    };
    call[2] = wait(call[0], settle(() => apply(original, of, args)), settle(() => end(of, true)));
  });
  patch(requests, "abort", (original, of, args) => {
    giveUp(calls.get(of)?.[2]);
    calls.delete(of);
    return apply(original, of, args);
  });

  const stream = (key, nowhere) =>
    patchClass(self, key, (target, args, as) => {
      if (args.length) args[0] = "" + args[0];
      if (!args.length || !judge(args[0])) {
        const made = construct(target, args, as);
        if (args.length) streams.set(made, args[0]);
        return made;
      }
      return construct(target, [nowhere], as);
    });
  stream("WebSocket", "wss:" + NOBODY);
  stream("EventSource", "data:text/plain,");
  stream("WebTransport", "https:" + NOBODY);

  patch(self, "importScripts", (original, of, args) => {
    for (let i = 0; i < args.length; i++) {
      args[i] = "" + args[i];
      if (judge(args[i])) throw new DOMException("The script at '" + args[i] + "' failed to load.", "NetworkError");
    }
    return apply(original, of, args);
  });

  const may = (key) => {
    if (!book) read();
    return !book.k.some((one) => one.test(key));
  };
  patch(self.IDBFactory?.prototype, "open", (original, of, args) => {
    if (!args.length || may((args[0] = "" + args[0]))) return apply(original, of, args);
    const request = apply(original, of, ["held-by-consent-gate", Date.now()]);
    request.addEventListener("upgradeneeded", (event) => {
      event.stopImmediatePropagation();
      request.transaction.abort();
    });
    return request;
  });
  patch(self.CacheStorage?.prototype, "open", (original, of, args) =>
    !args.length || may((args[0] = "" + args[0])) ? apply(original, of, args) : Promise.reject(new DOMException("It is refused.", "SecurityError")),
  );

  const { stringify } = JSON;
  const front = "(" + prelude + ")(self," + nest + "," + scan + ",";
  const text = (inner) => front + stringify(lines) + "," + stringify(name) + "," + stringify(inner) + ")";
  nest(self, scan, { construct, apply, patch, patchClass, judge, quote: stringify, text, books: { blobs: new Map(), parts: new WeakMap(), shared: new Map() } });

  return ([held, code, module]) => {
    const { MessageEvent } = self;
    const kept = [];
    const keep = (event) => {
      event.stopImmediatePropagation();
      kept.push(event);
    };
    const types = ["message", "connect"];
    for (const type of types) self.addEventListener(type, keep, true);
    const start = async () => {
      const first = held.find(judge);
      if (first) return waiting.push([first, start, start]);
      await (module ? import(code) : importScripts(code));
      for (const type of types) self.removeEventListener(type, keep, true);
      for (const { type, data, ports, source, origin } of kept) self.dispatchEvent(new MessageEvent(type, { data, ports: [...ports], source, origin }));
    };
    start().catch((error) => self.reportError(error));
  };
}
