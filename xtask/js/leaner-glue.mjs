// The glue without what this package can't need. wasm-bindgen writes it for any module, any browser
// and any way of loading; here one engine lives as long as its page, in browsers of build.rs, from bytes
// that are there.
//
// And it looks nothing up where a page could have changed it since: with a `charCodeAt` of its own a page
// would tell the engine other hosts, and another act than the visitor's; with an `apply`, a `Table.get` or a
// `byteLength` it would be handed what is held, or all of memory.
//
// Each piece must be found exactly once, so that another version of wasm-bindgen can't pass unnoticed.

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const PIECES = [
  // Nobody frees the engine, and nothing else can lose it.
  [/^    __destroy_into_raw\(\) \{[^]*?^    \}\n/m, ""],
  [/^    free\(\) \{[^]*?^    \}\n/m, ""],
  [/^if \(Symbol\.dispose\).*\n/m, ""],
  [/^const EngineFinalization = [^]*?;\n/m, ""],
  [/^ +EngineFinalization\.register\(.*\n/m, ""],
  // Closures live as long as the page too, or are called once and freed by that.
  [/^const CLOSURE_DTORS = [^]*?;\n/m, ""],
  // Fetching and starting later is what www/module.js does in its own way.
  [
    /^function initSync\([^]*?^\}\n/m,
    `function initSync(module) {
      wasm = new WebAssembly.Instance(module, __wbg_get_imports()).exports;
      wasm.__wbindgen_start();
    }
    `,
  ],
  // Browsers that break after two gigabytes of text, and those without encodeInto.
  [/^let numBytesDecoded = 0;\n/m, ""],
  [/^    numBytesDecoded \+= [^]*?^    \}\n/m, ""],
  [/^if \(!\('encodeInto' in [^]*?^\}\n/m, ""],
  // All memory is of this one size until it grows, and then its buffer is another one.
  [
    /^let cachedUint8ArrayMemory0 = null;\nfunction getUint8ArrayMemory0\([^]*?^\}\n/m,
    `let buffer, bytes, view;
    const look = () => {
      const now = bufferOf(wasm.memory);
      if (now === buffer) return;
      buffer = now;
      bytes = new Bytes(buffer);
      view = new View(buffer);
    };
    const getUint8ArrayMemory0 = () => (look(), bytes);
    const getDataViewMemory0 = () => (look(), view);
    `,
  ],
  [/^let cachedDataViewMemory0 = null;\nfunction getDataViewMemory0\([^]*?^\}\n/m, ""],
  [
    /^function getStringFromWasm0\([^]*?^\}\n/m,
    `const getStringFromWasm0 = (ptr, len) => (look(), decodeText(new Bytes(buffer, ptr >>> 0, len)));
    `,
  ],
  [/cachedTextDecoder\.decode\(bytes\)/m, "decode(cachedTextDecoder, bytes)"],
  [/return f\.apply\(this, args\);/m, "return apply(f, this, args);"],
  // What else of the page's world it calls: a page that lies here would tell the engine another record.
  [/Object\.entries\(arg0\)/m, "entries(arg0)"],
  [/Array\.from\(arg0\)/m, "listOf(arg0)"],
  [/Array\.isArray\(arg0\)/m, "isArray(arg0)"],
  [/arg1\.getItem\(/m, "getItem(arg1, "],
  [/arg0\.setItem\(/m, "setItem(arg0, "],
  [/arg0\.removeItem\(/m, "removeItem(arg0, "],
  [/arg1\.key\(arg2/m, "keyAt(arg1, arg2"],
  [/handleError\(function \(arg0\) \{\s+const ret = arg0\.length;/m, "handleError(function (arg0) { const ret = countOf(arg0);"],
  [/arg0 instanceof Window/m, "true"],
  [/arg0\.localStorage;/m, "localOf(arg0);"],
  [/arg0\.sessionStorage;/m, "sessionOf(arg0);"],
  [/Reflect\.set\(arg0, arg1, arg2\)/m, "put(arg0, arg1, arg2)"],
  [/arg0\.call\(arg1\);/m, "apply(arg0, arg1, []);"],
  [/arg0\.call\(arg1, arg2, arg3\)/m, "apply(arg0, arg1, [arg2, arg3])"],
  [/arg0\[arg1\] = arg2;/m, "put(arg0, arg1, arg2);"],
  [/arg0\[arg1 >>> 0\] = arg2;/m, "put(arg0, arg1 >>> 0, arg2);"],
  // Most text is ASCII; the rest is encoded in one piece.
  [
    /^function passStringToWasm0\([^]*?^\}\n/m,
    `function passStringToWasm0(text) {
      const { length } = text;
      let ptr = wasm.__wbindgen_malloc(length, 1) >>> 0;
      let at = 0;
      look();
      for (; at < length; at++) {
        const code = charCodeAt(text, at);
        if (code > 127) break;
        bytes[ptr + at] = code;
      }
      if (at < length) {
        const rest = encode(cachedTextEncoder, slice(text, at));
        let more = 0;
        while (rest[more] !== undefined) more++;
        ptr = wasm.__wbindgen_realloc(ptr, length, at + more, 1) >>> 0;
        look();
        for (let i = 0; i < more; i++) bytes[ptr + at++] = rest[i];
      }
      WASM_VECTOR_LEN = at;
      return ptr;
    }
    const give = (place, text) => {
      const ptr = passStringToWasm0(text);
      getDataViewMemory0().setInt32((place >>> 0) + 4, WASM_VECTOR_LEN, true);
      getDataViewMemory0().setInt32(place >>> 0, ptr, true);
    };
    const offer = (place, text) => (isLikeNone(text) ? getDataViewMemory0().setInt32(place >>> 0, 0, true) : give(place, text));
    `,
  ],
];

// What it says again and again: how a text is given back, or one that may be none.
const PLACED = (word) =>
  `\\s+${word} len1 = WASM_VECTOR_LEN;` +
  [1, 0].map((at) => `\\s+getDataViewMemory0\\(\\)\\.setInt32\\(\\(arg0 >>> 0\\) \\+ 4 \\* ${at}, ${at ? "len1" : "ptr1"}, true\\);`).join("");
const OFTEN = [
  [/, wasm\.__wbindgen_malloc, wasm\.__wbindgen_realloc\)/g, ")"],
  [new RegExp("const ret = ([^;]*);\\s+const ptr1 = passStringToWasm0\\(ret\\);" + PLACED("const"), "g"), "give(arg0, $1);"],
  [new RegExp("const ret = ([^;]*);\\s+var ptr1 = isLikeNone\\(ret\\) \\? 0 : passStringToWasm0\\(ret\\);" + PLACED("var"), "g"), "offer(arg0, $1);"],
];

// As often as there are kinds of closures.
const REGISTERED = /^ +CLOSURE_DTORS\.\w+\(.*\n/gm;

// Methods of memory and of the table of values, as often as they are called.
const SET_IN_MEMORY = /getDataViewMemory0\(\)\.(set\w+)\(/g;
const IN_TABLE = /(table|wasm\.__wbindgen_externrefs)\.(get|set)\(/g;

// What of the browser's the glue calls, each with its `this` as the first argument. On a server, where the
// ES module may be imported, it is taken and never called.
const CAPTURED = `
const { Uint8Array: Bytes, DataView: View, WebAssembly: { Memory, Table } = {}, Reflect: { apply, defineProperty, getOwnPropertyDescriptor }, Object: { entries }, Array: { from, isArray }, Storage, decodeURIComponent, encodeURIComponent } = globalThis;
const free = Function.prototype.bind.bind(Function.prototype.call);
const charCodeAt = free("".charCodeAt), slice = free("".slice);
const encode = free(TextEncoder.prototype.encode), decode = free(TextDecoder.prototype.decode);
const setInt32 = free(View.prototype.setInt32), setFloat64 = free(View.prototype.setFloat64);
const tableGet = free(Table?.prototype.get), tableSet = free(Table?.prototype.set);
const own = (owner, key, part = "value") => free(owner && getOwnPropertyDescriptor(owner, key)?.[part]);
const stores = Storage?.prototype;
const getItem = own(stores, "getItem"), setItem = own(stores, "setItem"), removeItem = own(stores, "removeItem"), keyAt = own(stores, "key");
const countOf = own(stores, "length", "get");
const localOf = own(globalThis, "localStorage", "get"), sessionOf = own(globalThis, "sessionStorage", "get");
const listOf = (value) => (isArray(value) ? value : from(value));
const put = (object, key, value) => defineProperty(object, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
const bufferOf = free(Memory && getOwnPropertyDescriptor(Memory.prototype, "buffer").get);
`;

/** The glue of a program: what wasm-bindgen wrote at `path`, made leaner; the interface's is written by hand. */
export const glueOf = async (stem, path) =>
  stem === "consent_gate_ui"
    ? readFile(fileURLToPath(new URL("../../www/ui/glue.js", import.meta.url)), "utf8")
    : lean(await readFile(path, "utf8"));

const lean = (glue) => {
  for (const [pattern, text] of PIECES) {
    const found = glue.match(new RegExp(pattern, "gm"))?.length ?? 0;
    if (found !== 1) throw new Error(`the glue has ${pattern} ${found} times`);
    glue = glue.replace(pattern, () => text);
  }
  for (const [pattern, text] of OFTEN) {
    if (!pattern.test(glue)) throw new Error(`the glue has no ${pattern}`);
    glue = glue.replace(pattern, text);
  }
  const calls = (name, object) => `${name === "get" ? "tableGet" : "tableSet"}(${object}, `;
  return (
    CAPTURED +
    glue
      .replace(REGISTERED, "")
      .replace(SET_IN_MEMORY, "$1(getDataViewMemory0(), ")
      .replace(IN_TABLE, (_, object, name) => calls(name, object))
  );
};
