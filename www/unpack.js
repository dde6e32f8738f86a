// The wasm from the text in which it travels. What that text is stands in packing/src/lib.rs; it is taken
// apart by a small wasm of its own, because a loop in JavaScript over so many bytes runs in the
// interpreter when a page has just been opened, and takes longer than everything else.

import unpacker from "#unpacker";

const { TextEncoder, Uint8Array, WebAssembly } = globalThis;

export const unpack = (text) => {
  const bytes = new Uint8Array(unpacker.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(unpacker.slice(2 * i, 2 * i + 2), 16);
  const small = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  const { buffer } = small.memory;
  new TextEncoder().encodeInto(text, new Uint8Array(buffer, small.text()));
  return new Uint8Array(buffer, small.module(), small.unpack(text.length));
};
