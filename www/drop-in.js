// The drop-in: one classic script that carries everything. `xtask build` wraps it in a strict
// function, so that `ConsentGate` is the only name it gives to the page.
//
// "#glue" is what wasm-bindgen wrote; "#wasm" is the module as text (see unpack.js). Text of
// ASCII alone survives every encoding that a page can be read in; bytes above 127 don't.

import { Engine, initSync } from "#glue";
import text from "#wasm";

import css from "./banner.css";
import { boot } from "./boot.js";
import { unpack } from "./unpack.js";

boot({
  compile: () => unpack(text),
  start: (module) => {
    initSync(module);
    return Engine;
  },
  css,
  tag: document.currentScript,
});
