// What of a module its glue calls, for `wasm-metadce`, which takes away the rest and whatever only that
// needed: wasm-bindgen exports more than any one glue has a use for.
//
//     node xtask/js/kept-exports.mjs <folder of the glue> <stem> > graph.json

import { join } from "node:path";

import { glueOf } from "./leaner-glue.mjs";

const [folder, stem] = process.argv.slice(2);
const glue = await glueOf(stem, join(folder, stem + ".js"));
const exports = [...new Set([...glue.matchAll(/\bwasm\.(\w+)/g)].map(([, name]) => name))].sort();
const nodes = exports.map((name) => ({ name, export: name }));
console.log(JSON.stringify([{ name: "glue", root: true, reaches: exports }, ...nodes], null, 2));
