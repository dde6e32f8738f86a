// The glue without what this package can't need. wasm-bindgen writes it for any module, any browser
// and any way of loading; here one engine lives as long as its page, in browsers of build.rs, from bytes
// that are there.
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
  [/^    if \(cachedDataViewMemory0 === null .*\n/m, "    if (cachedDataViewMemory0?.buffer !== wasm.memory.buffer) {\n"],
  // Most text is ASCII; the rest is encoded in one piece.
  [
    /^function passStringToWasm0\([^]*?^\}\n/m,
    `function passStringToWasm0(text, malloc, realloc) {
      const { length } = text;
      let ptr = malloc(length, 1) >>> 0;
      const memory = getUint8ArrayMemory0();
      let at = 0;
      for (; at < length; at++) {
        const code = text.charCodeAt(at);
        if (code > 127) break;
        memory[ptr + at] = code;
      }
      if (at < length) {
        const rest = cachedTextEncoder.encode(text.slice(at));
        ptr = realloc(ptr, length, at + rest.length, 1) >>> 0;
        getUint8ArrayMemory0().set(rest, ptr + at);
        at += rest.length;
      }
      WASM_VECTOR_LEN = at;
      return ptr;
    }
    `,
  ],
];

// As often as there are kinds of closures.
const REGISTERED = /^ +CLOSURE_DTORS\.\w+\(.*\n/gm;

/** The glue of a program: what wasm-bindgen wrote at `path`, made leaner; the interface's is written by hand. */
export const glueOf = async (stem, path) =>
  stem === "consent_gate_ui"
    ? readFile(fileURLToPath(new URL("../../www/ui-glue.js", import.meta.url)), "utf8")
    : lean(await readFile(path, "utf8"));

const lean = (glue) => {
  for (const [pattern, text] of PIECES) {
    const found = glue.match(new RegExp(pattern, "gm"))?.length ?? 0;
    if (found !== 1) throw new Error(`the glue has ${pattern} ${found} times`);
    glue = glue.replace(pattern, () => text);
  }
  return glue.replace(REGISTERED, "");
};
