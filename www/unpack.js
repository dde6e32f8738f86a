// A wasm from the text in which it travels. What that text is stands in packing/src/lib.rs; it is taken
// apart by a small wasm of its own, because a loop in JavaScript over so many bytes runs in the
// interpreter when a page has just been opened, and takes longer than everything else.

import unpacker from "#unpacker";

const { TextEncoder, Uint8Array, WebAssembly, parseInt } = globalThis;
const { Instance, Module } = WebAssembly ?? {};
const { apply } = Reflect;
const { encodeInto } = TextEncoder.prototype;

// Compiled when the gate is unpacked; when the interface is, a page may have changed what this needs.
let compiled;

const compile = () => {
  const bytes = new Uint8Array(unpacker.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(unpacker.slice(2 * i, 2 * i + 2), 16);
  return new Module(bytes);
};

export const unpack = (text) => {
  const { memory, text: place, module, unpack: run } = new Instance((compiled ??= compile())).exports;
  const { buffer } = memory;
  apply(encodeInto, new TextEncoder(), [text, new Uint8Array(buffer, place())]);
  return new Uint8Array(buffer, module(), run(text.length));
};
