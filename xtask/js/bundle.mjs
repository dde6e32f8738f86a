// Puts glue, shims, styles and wasm together:
//
//     node xtask/js/bundle.mjs <folder of the glue> <folder to write to>
//
// writes consent-gate-ui.js (the interface), consent-gate.js (the drop-in, which knows the interface by its
// hash), consent-gate.full.js (both in one), consent_gate.js (the ES module) and package.json. esbuild
// joins the files and leaves out what nobody uses; terser makes them small.

import { createHash } from "node:crypto";
import { copyFile, readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { build, transform } from "esbuild";
import { minify } from "terser";

import { checkDropIn } from "./check-drop-in.mjs";
import { glueOf } from "./leaner-glue.mjs";
import { shorten } from "./short-names.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const [glue, out] = process.argv.slice(2).map((folder) => resolve(folder));

// What a browser with the WebAssembly of build.rs understands anyway.
const LANGUAGE = "es2021";
const STYLES = ["chrome114", "firefox115", "safari16.4"];

// Most functions run at once, and one that V8 compiles at its first call was parsed twice. With this it compiles all
// of them while the script is still on its way, in another thread; others see a comment.
const HINT = "//# allFunctionsCalledOnLoad";

const manifest = await readFile(join(root, "Cargo.toml"), "utf8");
const version = manifest.match(/^version = "(.+)"$/m)[1];
const description = manifest.match(/^description = "(.+)"$/m)[1];
// Ours, and that of the tracker table, which the interface doesn't have.
const [own, table] = (await readFile(join(root, "xtask/js/notice.txt"), "utf8")).replace("{version}", version).trim().split("\n");

/** What the build made of one of the two programs: its glue, and its module as text. */
const program = async (stem) => {
  const at = (ending) => join(glue, stem + ending);
  const names = JSON.parse(await readFile(at(".names.json"), "utf8"));
  return { glue: shorten(await glueOf(stem, at(".js")), names), text: await readFile(at(".packed.txt"), "utf8") };
};
const gate = await program("consent_gate");
const ui = await program("consent_gate_ui");
await copyFile(join(glue, "consent_gate_bg.wasm"), join(out, "consent_gate_bg.wasm"));

const unpacker = await readFile(join(glue, "unpacker.wasm"), "hex");

// The languages that there are besides English, which is inside, each with its hash; see www/ui/languages.js.
const tags = (await readdir(join(out, "lang")).catch(() => [])).map((file) => file.replace(".json", "")).filter((tag) => tag !== "en").sort();
let hashes = " ";
for (const tag of tags)
  hashes += `${tag} ${createHash("sha256").update(await readFile(join(out, `lang/${tag}.json`))).digest("base64")} `;

const virtual = {
  "#languages": { contents: hashes, loader: "text" },
  "#glue": { contents: gate.glue, loader: "js" },
  "#ui-wasm": { contents: ui.text, loader: "text" },
  "#unpacker": { contents: unpacker, loader: "text" },
};

/** The imports that are no files of www/: glue, wasm as text and what unpacks it, styles as text; and what stays apart. */
const sources = {
  name: "sources",
  setup(bundle) {
    bundle.onResolve({ filter: /^#/ }, ({ path }) => ({ path, namespace: "made", sideEffects: false }));
    bundle.onLoad({ filter: /.*/, namespace: "made" }, ({ path }) => virtual[path]);
    bundle.onLoad({ filter: /unpack\.js$/ }, () => virtual["#unpack"]);
    bundle.onLoad({ filter: /ui\/glue\.js$/ }, () => ({ contents: ui.glue }));
    bundle.onResolve({ filter: /consent-gate-ui\.js$/ }, ({ path }) => ({ path, external: true }));
    bundle.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const options = { loader: "css", minify: true, target: STYLES };
      const { code } = await transform(await readFile(path, "utf8"), options);
      return { contents: code.trimEnd(), loader: "text" };
    });
  },
};

const joined = async (entry, define = {}) => {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    target: LANGUAGE,
    charset: "ascii",
    legalComments: "none",
    define: { VERSION: JSON.stringify(version), ...define },
    plugins: [sources],
    logLevel: "warning",
  });
  return result.outputFiles[0].text;
};

const shrink = async (code, notice, module) => {
  const result = await minify(code, {
    ecma: 2020,
    compress: {
      ecma: 2020,
      passes: 4,
      // Two functions in one say the same bytes twice.
      inline: 1,
      // No function of ours is called with `new`.
      unsafe_arrows: true,
      unsafe_methods: true,
    },
    format: { ascii_only: true, ecma: 2020, preamble: `/*! ${notice} */\n${HINT}` },
    module,
  });
  return result.code + "\n";
};

// Wrapped here and not by the bundler, so that strict mode covers our own code and nothing that an
// optimiser may join to this file.
// `texts`: names in it, and the long texts that they stand for. Those the minifier doesn't see, which would put them where
// they are used.
const script = async (name, code, notice, texts = []) => {
  const names = texts.map(([word]) => word);
  let text = await shrink(`(function (${names}) { "use strict"; ${code} })(${names.map((word) => "THE_" + word)});`, notice, false);
  for (const [word, long] of texts) text = text.replace("THE_" + word, () => JSON.stringify(long));
  checkDropIn(text, name);
  await writeFile(join(out, name), text);
  return text;
};

// A service worker has no document, and nothing of a page to capture. What both programs need stands once: the glue and
// what takes a wasm out of its text before them, the long texts behind them, so that a browser has read all code by the
// time that they have arrived.
const TEXTS = [["WASM", gate.text], ["UNPACKER", unpacker]];
const dropIn = async (name, entry, define = {}) => {
  const kept = { ...virtual };
  // Given away: nobody needs it a second time, and it would stay in memory as long as the page.
  virtual["#wasm"] = { contents: `export const take = () => { const text = WASM; WASM = ""; return text; };`, loader: "js" };
  virtual["#unpacker"] = { contents: "export default UNPACKER", loader: "js" };
  const both = returned(await joined("www/both.js"));
  virtual["#glue"] = virtual["#unpack"] = { contents: "export const { Engine, initSync, unpack, unpackSoon } = BOTH", loader: "js" };
  const [worker, page] = [await joined("www/worker/entry.js"), await joined(entry, define)];
  Object.assign(virtual, kept, { "#unpack": null });
  // Each in a function: the bundler declares with `var`, and one program's `location` would be the other's too.
  const code = `const BOTH = (() => { ${both} })(); if (typeof document === "undefined") (() => { ${worker} })(); else (() => { ${page} })();`;
  await script(name, code, `${own} ${table}`, TEXTS);
};

// A module's text as that of a function which returns what the module exports.
const returned = (code) =>
  code.replace(/\bexport \{([^}]*)\};\s*$/, (_, names) => `return {${names.replace(/([\w$]+) as ([\w$]+)/g, "$2: $1")}};`);

const uiText = await script("consent-gate-ui.js", await joined("www/ui/ui.js"), own);
const hash = "sha384-" + createHash("sha384").update(uiText).digest("base64");
await dropIn("consent-gate.js", "www/drop-in.js", { INTERFACE_HASH: JSON.stringify(hash) });
await dropIn("consent-gate.full.js", "www/full.js");

const esModule = await shrink(await joined("www/module.js"), `${own} ${table}`, true);
await writeFile(join(out, "consent_gate.js"), esModule);

const pkg = {
  name: "consent-gate",
  version,
  description,
  license: "MIT OR Apache-2.0",
  type: "module",
  main: "./consent_gate.js",
  module: "./consent_gate.js",
  types: "./consent_gate.d.ts",
  exports: {
    ".": { types: "./consent_gate.d.ts", default: "./consent_gate.js" },
    "./consent-gate.js": "./consent-gate.js",
    "./consent-gate-ui.js": "./consent-gate-ui.js",
    "./consent-gate.full.js": "./consent-gate.full.js",
    "./consent_gate_bg.wasm": "./consent_gate_bg.wasm",
    "./lang/*": "./lang/*",
    "./package.json": "./package.json",
  },
  // Importing the module touches nothing; these are the files that act by themselves.
  sideEffects: ["./consent-gate.js", "./consent-gate-ui.js", "./consent-gate.full.js"],
};
await writeFile(join(out, "package.json"), JSON.stringify(pkg, null, 2) + "\n");
