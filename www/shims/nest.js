// Workers whose code a page has as text: `blob:` and `data:`. What runs in them before that code
// (prelude.js) is put in front of it, on the same line, so that lines keep their numbers. Both functions run on
// the page and, as text, in workers, which may make workers: nothing here may name anything outside of itself.

// The addresses that code imports, statically or by literals.
export const scan = (code, exec, each) => {
  const pattern = /\b(?:import|export|importScripts)\b(?:[^"'`;()]{0,4000}?\bfrom\b)?\s*\(?\s*(?:\/\*(?:[^*]|\*(?!\/))*\*\/\s*)*(["'`])([^"'`\n]+)\1/g;
  for (let found; (found = exec(pattern, code)); ) each(found[2]);
};

// `text(address)` is the prelude for a worker that the page knows by this address, `judge` says whether an
// address is held, `told` takes workers that no channel reaches, `books` are shared by realms whose objects meet.
// A worker whose code imports what is held is held as a whole, as scripts of a page are: it starts when it may,
// and gets its messages then.
// What they call is taken before the page, or the worker, can change it.
export const nest = (self, scan, { construct, apply, describe, patch, patchClass, judge, text, told, books, trustedText, exec, slice, list, newMap, sequence, base }) => {
  const { Array, Blob, File, JSON, Object, URL, atob, btoa, decodeURIComponent, encodeURIComponent } = self;
  const { createObjectURL, revokeObjectURL } = URL;
  const { stringify } = JSON;
  const { isArray } = Array;
  const get = (owner, key) => {
    const native = describe(owner.prototype, key).get;
    return (of) => apply(native, of, []);
  };
  const typeOf = get(Blob, "type");
  const sizeOf = get(Blob, "size");
  const hrefOf = get(URL, "href");
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
    attempt(() => {
      if (!isArray(given) || typeof given[0] !== "string" || !exec(/^$|script/, typeOf(blob)) || sizeOf(blob) >= 1e6) return;
      const copy = list();
      for (let i = 0; i < given.length; i++) copy[i] = given[i];
      parts.set(blob, copy);
    });
    return blob;
  });
  attempt(() => Object.setPrototypeOf(File, self.Blob));
  patch(URL, "createObjectURL", (original, of, args) => {
    const address = apply(original, of, args);
    if (attempt(() => !exec(/^(image|video|audio|font)/, typeOf(args[0])))) blobs.set(address, args[0]);
    return address;
  });
  patch(URL, "revokeObjectURL", (original, of, args) => {
    const answer = apply(original, of, args);
    blobs.delete(args[0]);
    return answer;
  });

  const STRICT = /^(?:\s|\/\/.*|\/\*[^]*?\*\/)*(["'])use strict\1/;
  const front = (address, code, rest = "") => (code && exec(STRICT, code) ? '"use strict";' : "") + text(address) + rest + ";";
  const later = (held, address, module) => "([" + held + "]," + stringify(address) + "," + module + ")";
  const blobOf = (one, other) => {
    const given = [one];
    if (other) given[1] = other;
    return createObjectURL(new Blob(sequence(given), { __proto__: null, type: (other && typeOf(other)) || "text/javascript" }));
  };
  // `address` is as the browser reads it: its scheme and spaces may have been written in any way.
  const guarded = (address, module) => {
    const plain = exec(/^[^#]*/, address)[0];
    const blob = blobs.get(plain);
    if (blob) {
      const known = parts.get(blob);
      let code = known ? "" : undefined;
      for (let i = 0; known && i < known.length; i++) code = typeof known[i] === "string" && code !== undefined ? code + known[i] : undefined;
      let held = "";
      if (code) scan(code, exec, (one) => void (judge(one) && (held += (held && ",") + stringify(one))));
      if (held) return blobOf(front(address, code, later(held, createObjectURL(blob), module)));
      return blobOf(front(address, code ?? known?.[0]), blob);
    }
    // Nobody knows what it has in it; then its code is fetched by the prelude.
    if (exec(/^blob:/, plain)) return blobOf(front(address, "", later("", address, module)));
    const found = exec(/^(data:[^,]*?)(;\s*base64\s*)?,([^]*)/i, address);
    if (!found) return address;
    const { 1: head, 2: base64, 3: body } = found;
    if (!base64) return head + "," + encodeURIComponent(front(address, decodeURIComponent(body))) + body;
    const code = atob(decodeURIComponent(body));
    return head + ";base64," + btoa(front(address, code) + code);
  };
  const workers = (key, kept) =>
    patchClass(self, key, (target, args, as) => {
      if (!args.length) return construct(target, args, as);
      const given = args[0];
      const trusted = trustedText(given);
      const written = (args[0] = trusted ?? "" + given);
      const address = attempt(() => hrefOf(new URL(written, base()))) ?? written;
      const options = args[1];
      if (typeof options === "object" && options) args[1] = { __proto__: options, type: options.type };
      const own = kept.get(address) ?? attempt(() => guarded(address, args[1]?.type === "module")) ?? address;
            args[0] = own === address ? (trusted === undefined ? written : given) : own;
      let made;
      try {
        made = construct(target, args, as);
      } catch (error) {
        // A trusted address can't be replaced by one that isn't, where that is enforced.
        if (trusted === undefined || own === address) throw error;
        args[0] = given;
        return construct(target, args, as);
      }
      // A shared worker is known by its address. Any other has been fetched from it by now.
      if (key !== "Worker") kept.set(address, own);
      else if (own !== address) {
        revokeObjectURL(own);
        if (told && own[0] === "d") told(made);
      }
      return made;
    });
  workers("Worker", newMap());
  workers("SharedWorker", shared);
};
