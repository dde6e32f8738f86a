// Workers whose code a page has as text: `blob:` and `data:`. What runs in them before that code
// (inside/prelude.js) is put in front of it, on the same line, so that lines keep their numbers. Both functions run on
// the page and, as text, in workers, which may make workers: nothing here may name anything outside of itself.

// Makes what tells the addresses that code imports by literals: what is `called`, and what stands behind what is `named`, both
// patterns. Of a clause only its end counts, whatever names, texts and comments are in it. `exec` is the browser's,
// with `this` as its first argument.
export const scan = (exec, called, named) => {
  // Bounded, so that a text of nothing but beginnings is not read to its end from each of them.
  const gap = "\\s*(?:(?:/\\*(?:[^*]|\\*(?!/)){0,300}\\*/|//.{0,300}(?!.))\\s*){0,3}";
  const letter = "\\\\\\n]|\\\\(?:\\r\\n|[^]))+)\\";
  // In what is called, other quotes end a text that is put together; else they are letters.
  const imports = new RegExp("\\b(?:(?:" + called + ")" + gap + "\\(" + gap + "([\"'`])((?:[^\"'`" + letter + "1|(?:" + named + ")\\b" + gap + "([\"'])((?:(?!\\3)[^" + letter + "3)", "g");
  // A piece of a literal: as it stands, or as a number, or a sign that stands for itself or, at a line's end, for nothing.
  const piece = /([^\\]+)|\\(?:x([\da-f]{2})|u([\da-f]{4})|u\{0*([\da-f]{1,5})\}|\r?\n|([^]))/iy;
  const { fromCodePoint } = String;
  const plain = (text) => {
    let answer = "";
    for (let at = 0, one; (piece.lastIndex = at), (one = exec(piece, text)); at = piece.lastIndex) {
      const code = one[2] ?? one[3] ?? one[4];
      answer += code ? fromCodePoint("0x" + code) : (one[1] ?? one[5] ?? "");
    }
    return answer;
  };
  return (code, each) => {
    for (let at = 0, one; (imports.lastIndex = at), (one = exec(imports, code)); each(plain(one[2] ?? one[4]))) at = imports.lastIndex;
  };
};

// `text(address)` is the prelude for a worker that the page knows by this address, `judge` says whether an
// address is held, `told` takes workers, or ports of shared ones, that no channel reaches, `books` are shared by realms whose objects meet.
// A worker whose code imports what is held is held as a whole, as scripts of a page are: it starts when it may,
// and gets its messages then. What is called here is taken before the page, or the worker, can change it.
export const nest = (self, scan, { construct, apply, describe, patch, patchClass, judge, quote, text, told, books, trustedText, exec, list, newMap, sequence, base }) => {
  const { Array, Blob, File, Object, URL, atob, btoa, decodeURIComponent, encodeURIComponent } = self;
  const { createObjectURL, revokeObjectURL } = URL;
  const { isArray } = Array;
  const get = (owner, key) => {
    const native = describe(owner.prototype, key).get;
    return (of) => apply(native, of, []);
  };
  const typeOf = get(Blob, "type");
  const sizeOf = get(Blob, "size");
  const hrefOf = get(URL, "href");
  const portOf = self.SharedWorker && get(self.SharedWorker, "port");
  const { blobs, parts, shared } = books;
  const attempt = (action) => {
    try {
      return action();
    } catch {
      return undefined;
    }
  };

  // To read the text of a blob takes a page's time, and a worker can't, so what it is made of is kept for as long as it lives:
  // the text that it begins with, and the whole if it is nothing else.
  const keep = (target, args, as) => {
    const given = args[0];
    const copy = list();
    let code = "";
    if (isArray(given)) {
      for (let i = 0; i < given.length; i++) {
        copy[i] = given[i];
        code = typeof copy[i] === "string" && code !== undefined ? code + copy[i] : undefined;
      }
      args[0] = sequence(copy);
    }
    const blob = construct(target, args, as);
    // A list of a film's pieces is known by how it begins.
    attempt(() => void (typeof copy[0] === "string" && (exec(/^$|script|html|xml|xsl|css|mpegurl/, typeOf(blob)) || exec(/^#EXTM3U/, copy[0])) && sizeOf(blob) < 1e6 && parts.set(blob, [copy[0], code])));
    return blob;
  };
  patchClass(self, "Blob", keep);
  patchClass(self, "File", keep);
  attempt(() => Object.setPrototypeOf(File, self.Blob));
  patch(URL, "createObjectURL", (original, of, args) => {
    const address = apply(original, of, args);
    const mayBeText = attempt(() => parts.has(args[0]) || !exec(/^(image|video|audio|font)(?!.*(?:mpegurl|xml))/, typeOf(args[0])));
    blobs.set(address, mayBeText ? args[0] : null);
    return address;
  });
  patch(URL, "revokeObjectURL", (original, of, args) => {
    if (args.length) args[0] = "" + args[0];
    const answer = apply(original, of, args);
    attempt(() => blobs.delete(exec(/^[^#]*/, args[0])[0]));
    return answer;
  });

  const STRICT = /^(?:#!.*)?(?:\s|\/\/.*(?!.)|\/\*(?:[^*]|\*(?!\/))*\*\/)*(["'])use strict\1/;
  // What is a comment only where a line or a text begins.
  const FIRST = /^(?:#!|(?:(?!\n)\s|\/\*(?:(?!\*\/).)*\*\/)*-->)/;
  // What goes in front of code; where `held` says that it imports what is held, the prelude loads it itself, by the address `inner`.
  const front = (address, code, held, inner, module) =>
    (code && exec(STRICT, code) ? '"use strict";' : "") + text(address) + (inner ? "([" + held + "]," + quote(inner) + "," + module + ")" : "") + ";" + (code && exec(FIRST, code) ? "//" : "");
  const imports = scan(exec, "import(?:Scripts)?", "import|from");
  // The code that an address carries in itself.
  const sign = /[^%]+|(?:%[\da-f]{2})+|%/iy;
  const carried = (address) => {
    const found = exec(/^(data:[^,]*?)(;\s*base64\s*)?,([^]*)/i, address);
    if (!found) return undefined;
    const { 1: head, 2: base64, 3: body } = found;
    // A sign that stands for no letter stays as it is, and is none of the others' fault.
    let written = "";
    for (let at = 0, one; at < body.length; at += one[0].length) {
      sign.lastIndex = at;
      one = exec(sign, body);
      written += attempt(() => decodeURIComponent(one[0])) ?? one[0];
    }
    return { __proto__: null, head, base64, body, code: base64 ? atob(written) : written };
  };
  // What text imports that is text as well has imports of its own; each counts once, since texts may name each other.
  const heldIn = (code, seen = newMap()) => {
    let held = "";
    imports(code, (one) => {
      if (seen.has(one)) return;
      seen.set(one, 1);
      const inner = parts.get(blobs.get(one))?.[1] ?? attempt(() => carried(one).code);
      const found = judge(one) ? quote(one) : inner ? heldIn(inner, seen) : "";
      if (found) held += (held && ",") + found;
    });
    return held;
  };
  const typed = (pieces, type) => createObjectURL(new Blob(sequence(pieces), { __proto__: null, type: type || "text/javascript" }));
  const blobOf = (one, blob) => typed(blob ? [one, blob] : [one], blob && typeOf(blob));
  // `address` is as the browser reads it: its scheme and spaces may have been written in any way.
  const guarded = (address, module) => {
    const plain = exec(/^[^#]*/, address)[0];
    const blob = blobs.get(plain);
    if (blob) {
      const known = parts.get(blob);
      const code = known?.[1];
      const held = code && heldIn(code);
      // What a module imports is fetched before any of it runs; the prelude reads what nobody has read before.
      return held || (module && code === undefined)
        ? // A worker may be of any type; what is imported has to be code, which WebKit is strict about.
          blobOf(front(address, code, held ?? "", typed([blob]), module))
        : blobOf(front(address, code ?? known?.[0]), blob);
    }
    // Nobody knows what it has in it; then its code is fetched by the prelude.
    if (exec(/^blob:/, plain)) return blobOf(front(address, "", "", address, module));
    const found = carried(address);
    if (!found) return address;
    const { head, base64, body, code } = found;
    const held = heldIn(code);
    const start = front(address, code, held, held && address, module);
    return base64 ? head + ";base64," + btoa(held ? start : start + code) : head + "," + encodeURIComponent(start) + (held ? "" : body);
  };
  const workers = (key, kept) =>
    patchClass(self, key, (target, args, as) => {
      if (!args.length) return construct(target, args, as);
      const given = args[0];
      const trusted = trustedText(given);
      const written = trusted ?? "" + given;
      const address = attempt(() => hrefOf(new URL(written, base()))) ?? written;
      const options = args[1];
      if (typeof options === "object" && options) args[1] = { __proto__: options, type: options.type };
      // What we can't put a guard into stays empty.
      const own = kept.get(address) ?? attempt(() => guarded(address, args[1]?.type === "module")) ?? "data:,";
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
      else if (own !== address) revokeObjectURL(own);
      if (own !== address && (own[0] === "d" || self.origin === "null")) attempt(() => told(key === "Worker" ? made : portOf(made)));
      return made;
    });
  workers("Worker", newMap());
  workers("SharedWorker", shared);
};
