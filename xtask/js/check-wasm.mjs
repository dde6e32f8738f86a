// The drop-in carries the module that lies beside it, and it is one:
//
//     node xtask/js/check-wasm.mjs pkg/consent-gate.js pkg/consent_gate_bg.wasm

import { readFile } from "node:fs/promises";

import { decode } from "../../www/wasm-text.js";

const [dropIn, module] = await Promise.all(process.argv.slice(2).map((path) => readFile(path)));
// It is by far the longest literal.
const literals = dropIn.toString("latin1").split(/["<\\]/);
const text = literals.reduce((longest, literal) => (literal.length > longest.length ? literal : longest));
if (Buffer.compare(decode(text), module)) throw new Error("the drop-in carries another module");
if (!WebAssembly.validate(module)) throw new Error("it is no module");
