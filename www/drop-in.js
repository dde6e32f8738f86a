// The drop-in: one classic script that carries the gate. `xtask build` wraps it in a strict function, so
// that `ConsentGate` is the only name it gives to the page. The interface lies beside it.
//
// "#glue" is what wasm-bindgen wrote; "#wasm" is the module as text (see unpack.js). Text of
// ASCII alone survives every encoding that a page can be read in; bytes above 127 don't.

import { Engine, initSync } from "#glue";
import { take } from "#wasm";

import { beside } from "./gate/beside.js";
import { boot } from "./gate/boot.js";
import { unpackSoon } from "./gate/unpack.js";

const tag = document.currentScript;

boot({
  compile: () => unpackSoon(take()),
  start: (module) => {
    initSync(module);
    return Engine;
  },
  reach: beside(tag),
  tag,
});
