// The drop-in: one classic script that carries everything. `xtask build` wraps it in a strict
// function, so that `ConsentGate` is the only name it gives to the page.
//
// "#glue" is what wasm-bindgen wrote; "#wasm" is the module as text, two hex digits a byte. Text of
// ASCII alone survives every encoding that a page can be read in; bytes above 127 don't.

import { Engine, initSync } from "#glue";
import hex from "#wasm";

import css from "./banner.css";
import { boot } from "./boot.js";

// A loop over character codes: ten times as fast as a callback for each byte.
const digit = (code) => (code < 58 ? code - 48 : code - 87);

const decode = () => {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = (digit(hex.charCodeAt(2 * i)) << 4) | digit(hex.charCodeAt(2 * i + 1));
  }
  return bytes;
};

boot({
  compile: decode,
  start: (module) => {
    initSync({ module });
    return Engine;
  },
  css,
  tag: document.currentScript,
});
