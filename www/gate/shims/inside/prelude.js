// What runs in a worker before its own code. It is sent there as text, so nothing of it may name
// anything outside of itself, and it has no engine: what may pass is told to it as lines
// (outline.js). After a change the page tells it new lines. What it holds fails or waits as it does on the page.
//
//     (prelude)(self, [what it is made of], lines, name of the channel, address that the page gave)
//
// It answers with what holds a worker as a whole: `(addresses, its code's address, is it a module)`.

export function prelude(self, parts, lines, name, address) {
  const { BroadcastChannel, JSON, URL, WeakRef, location, setTimeout, clearTimeout } = self;
  const [nest, scan, bodies, requests, kit, outline, calls] = parts;
  const natives = kit(self);
  const { apply, attempt, construct, exec, free, get, list, listen, newMap, newWeakMap, patch, patchClass, silence } = natives;
  const { href } = location;
  const [dataOf, portsOf, hrefOf, protocolOf] = [get("MessageEvent", "data"), get("MessageEvent", "ports"), get("URL", "href"), get("URL", "protocol")];

  const { look, may, renew } = outline(self, natives);
  renew(lines);
  let answers = newMap();
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
  const isFull = () => waiting.length > 99;
  const wait = (text, send, fail) => {
    if (judge(text) !== 1 || isFull()) return setTimeout(fail, 0);
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
    renew((lines = data.lines));
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

  // Nobody else speaks on our channel: its name stands in addresses, which errors tell.
  patchClass(self, "BroadcastChannel", (target, args, as) => {
    if (args.length && (args[0] = `${args[0]}`) === name) args[0] = "";
    return construct(target, args, as);
  });

  // The address by which the page knows this worker.
  const place = self.WorkerLocation?.prototype;
  const { pathname } = new URL(address);
  patch(place, "href", (get, of, args) => (of === location ? address : apply(get, of, args)), "get");
  patch(place, "toString", (original, of, args) => (of === location ? address : apply(original, of, args)));
  patch(place, "pathname", (get, of, args) => (of === location ? pathname : apply(get, of, args)), "get");

  calls(self, natives, { judge, wait, giveUp, watch, may });
  requests(self, {
    ...natives,
    ...bodies(self, natives),
    setTimeout,
    clearTimeout,
    calls: newWeakMap(),
    whole: (text) => text,
    ask: (text) => judge(text) || null,
    hold: (text, answer, weight, go, fail) => {
      if (answer !== 1 || isFull()) return null;
      const one = wait(text, go, fail);
      return () => giveUp(one);
    },
    task: (act) => setTimeout(act, 0),
  });

  const { stringify } = JSON;
  const front = "(" + prelude + ")(self,[" + parts + "],";
  const trustedText = () => {
    const { trustedTypes } = self;
    if (!trustedTypes) return () => undefined;
    const isUrl = free(trustedTypes.isScriptURL);
    const toText = free(self.TrustedScriptURL.prototype.toString);
    return (value) => (typeof value === "object" && isUrl(trustedTypes, value) ? toText(value) : undefined);
  };
  const text = (inner) => front + stringify(lines) + "," + stringify(name) + "," + stringify(inner) + ")";
  nest(self, scan, {
    ...natives,
    judge,
    quote: stringify,
    text,
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
