// What runs in a worker before its own code. It is sent there as text, so nothing of it may name
// anything outside of it, and it has no engine: what may pass is told to it as lines
// (`Gate::outline`), which it looks up and does not interpret. After a change the page tells it new
// lines. What it holds fails or waits as it does on the page.
//
//     (prelude)(self, nest, scan, bodies, requests, lines, name of the channel, address that the page gave)
//
// It answers with what holds a worker as a whole: `(addresses, its code's address, is it a module)`.

export function prelude(self, nest, scan, bodies, requests, lines, name, address) {
  const { BroadcastChannel, DOMException, Date, JSON, Map, Promise, Proxy, Reflect, RegExp, Request, String, TypeError, URL, WeakMap, WeakRef, location, setTimeout, clearTimeout } = self;
  const { apply, construct, defineProperty: define, getOwnPropertyDescriptor, getPrototypeOf, ownKeys, setPrototypeOf } = Reflect;
  const { href } = location;
  const NOBODY = "//held-by-consent-gate.invalid:1/";
  const attempt = (action) => {
    try {
      return action();
    } catch {
      return undefined;
    }
  };

  // As in natives.js: what the worker's code changes later must not reach what is kept here.
  const bare = (object) => (setPrototypeOf(object, null), object);
  const list = () => bare([]);
  const describe = (owner, key) => {
    const found = owner && getOwnPropertyDescriptor(owner, key);
    return found && bare(found);
  };
  const defineProperty = (owner, key, found) => define(owner, key, bare(found));
  const free = (native) => (of, a, b) => apply(native, of, [a, b]);
  const get = (owner, key) => free(describe(self[owner]?.prototype, key)?.get);
  const books = (Native) => {
    const own = bare({});
    const keys = ownKeys(Native.prototype);
    for (let i = 0; i < keys.length; i++) define(own, keys[i], describe(Native.prototype, keys[i]));
    return () => {
      const made = new Native();
      setPrototypeOf(made, own);
      return made;
    };
  };
  const newMap = books(Map);
  const newWeakMap = books(WeakMap);
  const slice = free(String.prototype.slice);
  const indexOf = free(String.prototype.indexOf);
  const exec = free(RegExp.prototype.exec);
  const listen = ((native) => (of, type, act, how) => apply(native, of, [type, act, how]))(self.EventTarget.prototype.addEventListener);
  const dispatch = free(self.EventTarget.prototype.dispatchEvent);
  const silence = free(self.Event.prototype.stopImmediatePropagation);
  const [dataOf, portsOf, urlOf, signalOf] = [get("MessageEvent", "data"), get("MessageEvent", "ports"), get("Request", "url"), get("Request", "signal")];
  const [hrefOf, protocolOf, hostOf, portOf, pathOf, queryOf] = ["href", "protocol", "hostname", "port", "pathname", "search"].map((key) => get("URL", key));
  const sequence = (all) => {
    const iterate = () => {
      let at = 0;
      return { __proto__: null, next: () => ({ __proto__: null, done: at >= all.length, value: all[at++] }) };
    };
    defineProperty(all, self.Symbol.iterator, { value: iterate });
    return all;
  };
  const pieces = (text, mark) => {
    const all = list();
    for (let at = 0; at <= text.length; ) {
      const found = indexOf(text, mark, at);
      const end = found < 0 ? text.length : found;
      all[all.length] = slice(text, at, end);
      at = end + 1;
    }
    return all;
  };

  // Lines → what fits. Read when the first address is to be judged.
  let book;
  let answers = newMap();
  const pattern = (text, end = "") => {
    let source = "^";
    for (let i = 0; i < text.length; i++) {
      const sign = text[i];
      source += sign === "*" ? ".*" : sign === "^" ? "(?:$|[/?])" : indexOf(".+?()[]{}|\\$", sign) >= 0 ? "\\" + sign : sign;
    }
    return new RegExp(source + end);
  };
  const rule = (answer, host, ports, path) => {
    const exact = host[0] === "=" ? slice(host, 1) : "";
    const front = slice(host, -1) === "*" ? slice(host, 0, -1) : "";
    return {
      __proto__: null,
      answer,
      fits: (other) => (exact ? other === exact : front ? slice(other, 0, front.length) === front : other === host || slice(other, -host.length - 1) === "." + host),
      ports: ports === "*" ? "" : "," + ports + ",",
      begins: pattern(path),
      weight: (front ? 1e6 : host.length - !!exact) * 1e4 + (path.length - (indexOf(path, "^") >= 0)) * 2 + (ports !== "*"),
    };
  };
  const read = () => {
    book = { __proto__: null, n: list(), o: list(), w: list(), p: list(), h: bare({}), s: list(), k: list(), d: 0 };
    const all = pieces(lines, "\n");
    for (let i = 0; i < all.length; i++) {
      const parts = pieces(all[i], " ");
      const kind = parts[0][0];
      const answer = +parts[0][1];
      if (kind === "d") book.d = answer;
      else if (kind === "s") book.s[book.s.length] = { __proto__: null, answer, begins: pattern(parts[1]), length: parts[1].length };
      else if (kind === "h" || kind === "k") {
        for (let j = 1; j < parts.length; j++)
          if (kind === "h") book.h[parts[j]] = answer;
          else if (parts[j]) book.k[book.k.length] = pattern(parts[j], "$");
      } else if (kind) book[kind][book[kind].length] = rule(answer, parts[1], parts[2], parts[3]);
    }
  };
  const look = (url) => {
    if (!book) read();
    const host = exec(/^[^]*?(?=\.*$)/, hostOf(url))[0];
    const path = pathOf(url) + queryOf(url);
    const port = "," + portOf(url) + ",";
    let answer;
    for (let i = 0, best = -1; i < 4 && best < 0; i++) {
      const rules = book["nowp"[i]];
      for (let j = 0; j < rules.length; j++) {
        const one = rules[j];
        if (one.weight > best && one.fits(host) && (!one.ports || indexOf(one.ports, port) >= 0) && exec(one.begins, path)) {
          answer = one.answer;
          best = one.weight;
        }
      }
    }
    for (let rest = host; answer === undefined && rest; rest = slice(rest, indexOf(rest, ".") + 1 || rest.length)) answer = book.h[rest];
    if (answer !== undefined && answer !== 3) return answer;
    let longest = 0;
    let found = answer ? 0 : book.d;
    for (let i = 0; i < book.s.length; i++)
      if (book.s[i].length > longest && exec(book.s[i].begins, path)) {
        found = book.s[i].answer;
        longest = book.s[i].length;
      }
    return found;
  };
  // 0: it may go, or does not leave the page; 1: it waits; 2: no. Fails closed.
  const judge = (text) => {
    let answer = answers.get(text);
    if (answer !== undefined) return answer;
    const url = attempt(() => new URL(text, href));
    if (!url || !exec(/^(https?|wss?):$/, protocolOf(url))) return 0;
    answer = attempt(() => look(url)) ?? 2;
    if (answers.size > 999) answers = newMap();
    answers.set(text, answer);
    if (answer) attempt(() => post(channel, hrefOf(url)));
    return answer;
  };

  // What waits, within a bound.
  let waiting = list();
  const wait = (text, send, fail) => {
    if (judge(text) !== 1 || waiting.length > 99) return setTimeout(fail, 0);
    const one = { __proto__: null, text, send, fail };
    waiting[waiting.length] = one;
    return one;
  };
  const giveUp = (one) => {
    // What waits is no number, and can't be made one.
    attempt(() => clearTimeout(one));
    const others = list();
    for (let i = 0; i < waiting.length; i++) if (waiting[i] !== one) others[others.length] = waiting[i];
    waiting = others;
  };
  const channel = attempt(() => new BroadcastChannel(name));
  const post = free(BroadcastChannel?.prototype.postMessage);
  // What is open, and workers of this one that hear no channel: what finds one, is it over?, and what is done about it then.
  let open = list();
  const find = free(self.WeakRef.prototype.deref);
  const watch = (made, isOver, act) => void (open[open.length] = { __proto__: null, ref: new WeakRef(made), isOver, act });
  const tell = free(self.Worker?.prototype.postMessage);
  const learn = (event) => {
    const data = dataOf(event);
    if (!event.isTrusted || typeof data !== "object" || !data || data.to !== name) return;
    silence(event);
    lines = data.lines;
    book = undefined;
    answers = newMap();
    const all = waiting;
    waiting = list();
    for (let i = 0; i < all.length; i++) {
      const one = all[i];
      const answer = judge(one.text);
      if (answer === 1) waiting[waiting.length] = one;
      else attempt(answer ? one.fail : one.send);
    }
    const before = open;
    open = list();
    for (let i = 0; i < before.length; i++) {
      const one = before[i];
      const made = find(one.ref);
      if (made && one.isOver()) attempt(() => one.act(made));
      if (made) open[open.length] = one;
    }
  };
  // An opaque origin has channels of its own; the page posts to the worker itself.
  const hear = (event) => void attempt(() => learn(event));
  if (channel && self.origin !== "null") listen(channel, "message", hear);
  else {
    listen(self, "message", hear);
    listen(self, "connect", (event) => void attempt(() => listen(portsOf(event)[0], "message", hear)));
  }

  // A proxy is a function of the same name, length and kind; its source is looked up.
  const originals = newWeakMap();
  const patch = (owner, key, body, part = "value", trap = "apply") => {
    while (owner && !describe(owner, key)) owner = getPrototypeOf(owner);
    const found = describe(owner, key);
    if (typeof found?.[part] !== "function") return;
    const original = found[part];
    originals.set((found[part] = new Proxy(original, { __proto__: null, [trap]: body })), original);
    defineProperty(owner, key, found);
    return original.prototype;
  };
  const patchClass = (owner, key, body) => {
    const prototype = patch(owner, key, body, "value", "construct");
    if (prototype) defineProperty(prototype, "constructor", { ...describe(prototype, "constructor"), value: owner[key] });
  };

  // Nobody else speaks on our channel: its name stands in addresses, which errors tell.
  patchClass(self, "BroadcastChannel", (target, args, as) => {
    if (args.length && (args[0] = `${args[0]}`) === name) args[0] = "";
    return construct(target, args, as);
  });
  patch(self.Function.prototype, "toString", (original, of, args) => apply(original, originals.get(of) ?? of, args));

  // The address by which the page knows this worker.
  const place = self.WorkerLocation?.prototype;
  const { pathname } = new URL(address);
  patch(place, "href", (get, of, args) => (of === location ? address : apply(get, of, args)), "get");
  patch(place, "toString", (original, of, args) => (of === location ? address : apply(original, of, args)));
  patch(place, "pathname", (get, of, args) => (of === location ? pathname : apply(get, of, args)), "get");

  // What stands in a list is read once.
  const addressAt = (all, at) => attempt(() => urlOf(all[at])) ?? (all[at] = "" + all[at]);
  patch(self, "fetch", (original, of, args) => {
    if (!args.length) return apply(original, of, args);
    let text;
    try {
      text = addressAt(args, 0);
    } catch (error) {
      return Promise.reject(error);
    }
    if (!judge(text)) return apply(original, of, args);
    return new Promise((resolve, reject) => {
      const made = new Request(args[0], args[1]);
      const signal = signalOf(made);
      if (signal.aborted) return reject(signal.reason);
      const one = wait(text, () => resolve(apply(original, of, [made])), () => reject(new TypeError("Failed to fetch")));
      listen(signal, "abort", () => (giveUp(one), reject(signal.reason)));
    });
  });

  const adds = (key, each) =>
    patch(self.Cache?.prototype, key, async (original, of, args) => {
      const all = each ? list() : args;
      if (each) for (const one of args[0]) all[all.length] = one;
      for (let i = 0; i < (each ? all.length : args.length && 1); i++) {
        const text = addressAt(all, i);
        if (judge(text)) await new Promise((go, fail) => void wait(text, go, () => fail(new TypeError("Failed to fetch"))));
      }
      if (each) args[0] = sequence(all);
      return apply(original, of, args);
    });
  adds("add");
  adds("addAll", true);

  requests(self, {
    ...bodies(self, { apply, attempt, describe }),
    apply, patch, exec, dispatch, setTimeout, clearTimeout,
    getter: (owner, key) => free(describe(owner, key)?.get),
    calls: newWeakMap(),
    whole: (text) => text,
    ask: (text) => judge(text) || null,
    hold: (text, answer, weight, go, fail) => {
      if (answer !== 1 || waiting.length > 99) return null;
      const one = wait(text, go, fail);
      return () => giveUp(one);
    },
    task: (act) => setTimeout(act, 0),
  });

  const stream = (key, nowhere) => {
    const close = free(self[key]?.prototype.close);
    patchClass(self, key, (target, args, as) => {
      if (args.length) args[0] = `${args[0]}`;
      if (!args.length || !judge(args[0])) {
        const made = construct(target, args, as);
        if (args.length) watch(made, () => judge(args[0]), close);
        return made;
      }
      return construct(target, [nowhere], as);
    });
  };
  stream("WebSocket", "wss:" + NOBODY);
  stream("WebSocketStream", "wss:" + NOBODY);
  stream("EventSource", "data:text/plain,");
  stream("WebTransport", "https:" + NOBODY);

  // What a notification shows and may not load is left out.
  const PICTURES = ["icon", "image", "badge"];
  patchClass(self, "Notification", (target, args, as) => {
    const given = args[1];
    if ((typeof given === "object" && given) || typeof given === "function") {
      args[1] = { __proto__: given };
      for (let i = 0; i < 3; i++) {
        const address = given[PICTURES[i]];
        const text = "" + address;
        defineProperty(args[1], PICTURES[i], { value: address === undefined || judge(text) ? undefined : text });
      }
    }
    return construct(target, args, as);
  });

  // A font made of bytes loads nothing; of a text, what is written with escapes is not read.
  const { isView } = self.ArrayBuffer;
  const sizeOf = get("ArrayBuffer", "byteLength");
  patchClass(self, "FontFace", (target, args, as) => {
    if (args.length > 1 && !isView(args[1]) && attempt(() => sizeOf(args[1])) === undefined) {
      const text = (args[1] = `${args[1]}`);
      const address = /(?:url|src)\(\s*(?:"([^"\\]*)|'([^'\\]*)|([^)\\]*))|\\/gi;
      for (let found; (found = exec(address, text)); ) {
        const one = found[1] ?? found[2] ?? found[3];
        if (!one || judge(one)) args[1] = "url(data:,)";
      }
    }
    return construct(target, args, as);
  });

  patch(self, "importScripts", (original, of, args) => {
    for (let i = 0; i < args.length; i++) {
      args[i] = `${args[i]}`;
      if (judge(args[i])) throw new DOMException("The script at '" + args[i] + "' failed to load.", "NetworkError");
    }
    return apply(original, of, args);
  });

  const { now } = Date;
  const { stringify } = JSON;
  const abort = free(self.IDBTransaction?.prototype.abort);
  const closeBase = free(self.IDBDatabase?.prototype.close);
  const [resultOf, transactionOf] = [get("IDBRequest", "result"), get("IDBRequest", "transaction")];
  const may = (key) => {
    if (!book) read();
    for (let i = 0; i < book.k.length; i++) if (exec(book.k[i], key)) return false;
    return true;
  };
  patch(self.IDBFactory?.prototype, "open", (original, of, args) => {
    const passes = !args.length || may((args[0] = `${args[0]}`));
    const request = apply(original, of, passes ? args : ["held-by-consent-gate", now()]);
    if (passes) {
      listen(request, "success", () => watch(resultOf(request), () => !may(args[0]), closeBase));
      return request;
    }
    listen(request, "upgradeneeded", (event) => {
      silence(event);
      abort(transactionOf(request));
    });
    return request;
  });
  patch(self.CacheStorage?.prototype, "open", (original, of, args) =>
    !args.length || may((args[0] = `${args[0]}`)) ? apply(original, of, args) : Promise.reject(new DOMException("It is refused.", "SecurityError")),
  );

  const front = "(" + prelude + ")(self," + nest + "," + scan + "," + bodies + "," + requests + ",";
  const trustedText = () => {
    const { trustedTypes } = self;
    if (!trustedTypes) return () => undefined;
    const isUrl = free(trustedTypes.isScriptURL);
    const toText = free(self.TrustedScriptURL.prototype.toString);
    return (value) => (typeof value === "object" && isUrl(trustedTypes, value) ? toText(value) : undefined);
  };
  const text = (inner) => front + stringify(lines) + "," + stringify(name) + "," + stringify(inner) + ")";
  nest(self, scan, {
    construct, apply, describe, patch, patchClass, judge, quote: stringify, text, exec, list, newMap, sequence,
    books: { blobs: newMap(), parts: newWeakMap(), shared: newMap() },
    trustedText: trustedText(),
    told: (worker) => watch(worker, () => true, (worker) => tell(worker, { __proto__: null, to: name, lines })),
    base: () => href,
  });

  return (held, code, module) => {
    const { MessageEvent } = self;
    const kept = [];
    const keep = (event) => {
      event.stopImmediatePropagation();
      kept.push(event);
    };
    const types = ["message", "connect"];
    for (const type of types) self.addEventListener(type, keep, true);
    const start = async () => {
      if (module && !held.length) scan(exec, "import", "import|from")(await (await self.fetch(code)).text(), (one) => held.push(one));
      const first = held.find(judge);
      if (first) return void (waiting[waiting.length] = { __proto__: null, text: first, send: start, fail: start });
      await (module ? import(code) : importScripts(code));
      for (const type of types) self.removeEventListener(type, keep, true);
      for (const { type, data, ports, source, origin } of kept) self.dispatchEvent(new MessageEvent(type, { data, ports: [...ports], source, origin }));
    };
    start().catch((error) => self.reportError(error));
  };
}
