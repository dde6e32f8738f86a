// The scripts carry the module that lies beside them, and the interface's; and they are modules:
//
//     node xtask/js/check-wasm.mjs pkg

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { decode } from "../../www/wasm-text.js";

const [folder] = process.argv.slice(2);
// Modules are by far the longest literals.
const longest = async (name) => {
  const literals = (await readFile(join(folder, name), "latin1")).split(/["<\\]/);
  return literals.sort((one, other) => other.length - one.length);
};
const [dropIn] = await longest("consent-gate.js");
const [ui] = await longest("consent-gate-ui.js");
const [gateInFull, uiInFull] = await longest("consent-gate.full.js");
const module = await readFile(join(folder, "consent_gate_bg.wasm"));

if (Buffer.compare(decode(dropIn), module)) throw new Error("the drop-in carries another module");
if (gateInFull !== dropIn || uiInFull !== ui) throw new Error("consent-gate.full.js carries other modules");
for (const bytes of [module, decode(ui)]) if (!WebAssembly.validate(bytes)) throw new Error("it is no module");
