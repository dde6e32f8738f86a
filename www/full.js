// The drop-in with the interface in it, for who wants one file and no further request.

import { Engine, initSync } from "#glue";
import { take } from "#wasm";

import { boot } from "./gate/boot.js";
import * as ui from "./ui/parts.js";
import { unpackSoon } from "./gate/unpack.js";

boot({
  compile: () => unpackSoon(take()),
  start: (module) => {
    initSync(module);
    return Engine;
  },
  reach: (offered) => offered(ui.text, ui.make),
  tag: document.currentScript,
});
