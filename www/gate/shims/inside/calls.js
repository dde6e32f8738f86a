// What a worker's code calls to reach anybody, or to write a key. `judge(address)` says whether it may go (0), waits (1) or may not;
// `wait(address, send, fail)` lets it wait and `giveUp` ends that; `watch` is told of what is open; `may(key)`: may it be written?

export function calls(self, { apply, attempt, construct, defineProperty, exec, free, get, list, listen, patch, patchClass, sequence, silence }, { judge, wait, giveUp, watch, may }) {
  const { DOMException, Date, Promise, Request, TypeError } = self;
  const NOWHERE = "//held-by-consent-gate.invalid:1/";
  const [urlOf, signalOf] = [get("Request", "url"), get("Request", "signal")];

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
  stream("WebSocket", "wss:" + NOWHERE);
  stream("WebSocketStream", "wss:" + NOWHERE);
  stream("EventSource", "data:text/plain,");
  stream("WebTransport", "https:" + NOWHERE);

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
  const abort = free(self.IDBTransaction?.prototype.abort);
  const closeBase = free(self.IDBDatabase?.prototype.close);
  const [resultOf, transactionOf] = [get("IDBRequest", "result"), get("IDBRequest", "transaction")];
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
}
