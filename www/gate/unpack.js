// A wasm from the text in which it travels. What that text is stands in packing/src/lib.rs; it is taken
// apart by a small wasm of its own, because a loop in JavaScript over so many bytes runs in the
// interpreter when a page has just been opened, and takes longer than everything else.

import unpacker from "#unpacker";

const { TextEncoder, Uint8Array, WebAssembly } = globalThis;
const { Instance, Module, compile } = WebAssembly ?? {};
const { apply } = Reflect;
const { fromHex } = Uint8Array;
const { encodeInto } = TextEncoder.prototype;
const put = (text, place) => apply(encodeInto, new TextEncoder(), [text, place]);

// Compiled when the gate is unpacked; when the interface is, a page may have changed what this needs.
let compiled;

const bytesOf = () => {
  // Chromium 140, Firefox 133, Safari 18.2.
  if (fromHex) return apply(fromHex, Uint8Array, [unpacker]);
  const { length } = unpacker;
  const bytes = new Uint8Array(length);
  put(unpacker, bytes);
  let made = 0;
  let half = 0;
  for (let i = 0; i < length; i++) {
    const digit = bytes[i];
    half = (half << 4) | ((digit & 15) + 9 * (digit >> 6));
    if (i & 1) bytes[made++] = half;
  }
  return new Uint8Array(bytes.buffer, 0, made);
};

export const unpack = (text) => {
  const { memory, text: place, module, unpack: run } = new Instance((compiled ??= new Module(bytesOf()))).exports;
  const { buffer } = memory;
  put(text, new Uint8Array(buffer, place()));
  return new Uint8Array(buffer, module(), run(text.length));
};

// The same, or a promise of it where nothing may be compiled in one go.
export const unpackSoon = (text) => {
  try {
    return unpack(text);
  } catch {
    return apply(compile, WebAssembly, [bytesOf()]).then((module) => ((compiled = module), unpack(text)));
  }
};
