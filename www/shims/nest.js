// Workers whose code a page has as text: `blob:` and `data:`. What runs in them before that code
// (prelude.js) is put in front of it, on the same line, so that lines keep their numbers. Both functions run on
// the page and, as text, in workers, which may make workers: nothing here may name anything outside of itself.

// The addresses that code imports, statically or by literals, after one of `words`. `exec` is the browser's, with
// `this` as its first argument.
export const scan = (code, exec, words) => {
  const found = [];
  const imports = new RegExp("\\b(?:" + words + ")(?:[^\"'`;()]*?\\bfrom\\b)?\\s*\\(?\\s*(?:/\\*[^]*?\\*/\\s*)*([\"'`])([^\"'`\\n]+)\\1", "g");
  for (let one; (one = exec(imports, code)); ) found[found.length] = one[2];
  return found;
};

// `text(address)` is the prelude for a worker that the page knows by this address, `judge` says whether an
// address is held, `told` takes workers that no channel reaches, `books` are shared by realms whose objects meet.
// A worker whose code imports what is held is held as a whole, as scripts of a page are: it starts when it may,
// and gets its messages then.
export const nest = (self, scan, { construct, apply, patch, patchClass, judge, quote, text, told, books }) => {
  const { Array, Blob, File, Object, URL, atob, btoa, decodeURIComponent, encodeURIComponent } = self;
  const { createObjectURL, revokeObjectURL } = URL;
  const { blobs, parts, shared } = books;
  const attempt = (action) => {
    try {
      return action();
    } catch {
      return undefined;
    }
  };

  // Text that may be code, as far as it is known without reading: for what it imports, and whether it is strict.
  patchClass(self, "Blob", (target, args, as) => {
    const blob = construct(target, args, as);
    const given = args[0];
    if (Array.isArray(given) && typeof given[0] === "string" && /^$|script|html|xml/.test(blob.type) && blob.size < 1e6) parts.set(blob, [...given]);
    return blob;
  });
  attempt(() => Object.setPrototypeOf(File, self.Blob));
  patch(URL, "createObjectURL", (original, of, args) => {
    const address = apply(original, of, args);
    if (attempt(() => !/^(image|video|audio|font)/.test(args[0].type))) blobs.set(address, args[0]);
    return address;
  });
  patch(URL, "revokeObjectURL", (original, of, args) => {
    const answer = apply(original, of, args);
    blobs.delete(args[0]);
    return answer;
  });

  const STRICT = /^(?:\s|\/\/.*|\/\*[^]*?\*\/)*(["'])use strict\1/;
  const front = (address, code, inner, module) => {
    const held = code && inner ? scan(code, (pattern, text) => pattern.exec(text), "(?:import|export|importScripts)\\b").filter(judge) : [];
    return (code && STRICT.test(code) ? '"use strict";' : "") + text(address) + (held.length ? "(" + quote([held, inner(), module]) + ")" : "") + ";";
  };
  const guarded = (address, module) => {
    const blob = blobs.get(address.split("#")[0]);
    let inner;
    if (blob) {
      const known = parts.get(blob);
      const code = known?.every((part) => typeof part === "string") ? known.join("") : undefined;
      const start = front(address, code ?? known?.[0], code && (() => (inner = createObjectURL(blob))), module);
      return createObjectURL(new Blob(inner ? [start] : [start, blob], { type: blob.type || "text/javascript" }));
    }
    const [, head, base64, body] = /^(data:[^,]*?)(;\s*base64\s*)?,([^]*)/i.exec(address) ?? [];
    if (!head) return address;
    const plain = decodeURIComponent(body);
    const code = base64 ? atob(plain) : plain;
    const start = front(address, code, () => (inner = address), module);
    return base64 ? head + ";base64," + btoa(inner ? start : start + code) : head + "," + encodeURIComponent(start) + (inner ? "" : body);
  };
  const workers = (key, kept) =>
    patchClass(self, key, (target, args, as) => {
      // A trusted address can't be replaced by one that isn't.
      if (!args.length || self.trustedTypes?.isScriptURL(args[0])) return construct(target, args, as);
      const address = (args[0] = "" + args[0]);
      // What we can't put a guard into stays empty.
      const own = kept.get(address) ?? attempt(() => guarded(address, args[1]?.type === "module")) ?? "data:,";
      const made = construct(target, [own, ...args.slice(1)], as);
      // A shared worker is known by its address. Any other has been fetched from it by now.
      if (key !== "Worker") kept.set(address, own);
      else if (own !== address) {
        revokeObjectURL(own);
        if (told && own[0] === "d") told(made);
      }
      return made;
    });
  workers("Worker", new Map());
  workers("SharedWorker", shared);
};
