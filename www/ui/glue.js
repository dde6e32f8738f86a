// Calls the interface's wasm: text in, text out. It stands for the glue that wasm-bindgen writes, of which
// a single function needs next to nothing. `wasm` are the exports under the names that wasm-bindgen gave them; the build
// puts in the short ones (xtask/js/short-names.mjs).

export const caller = (wasm, { TextEncoder, TextDecoder, Uint8Array }) => {
  const encoder = new TextEncoder.of();
  const decoder = new TextDecoder.of();
  // Anew for each call, because memory that has grown is another buffer.
  const memory = (from, length) => new Uint8Array.of(wasm.memory.buffer, from, length);
  return (text) => {
    const bytes = TextEncoder.encode(encoder, text);
    let length = 0;
    while (bytes[length] !== undefined) length++;
    const from = wasm.__wbindgen_malloc(length, 1);
    const room = memory(from, length);
    for (let at = 0; at < length; at++) room[at] = bytes[at];
    const answer = wasm.draw(from, length);
    const drawing = TextDecoder.decode(decoder, memory(answer[0], answer[1]));
    wasm.__wbindgen_free(answer[0], answer[1], 1);
    return drawing;
  };
};
