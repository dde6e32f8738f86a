// Puts glue, shims, styles and wasm together:
//
//     node xtask/js/bundle.mjs <folder of the glue> <folder to write to>
//
// writes consent-gate.js (the drop-in), consent_gate.js (the ES module) and package.json. esbuild
// joins the files and leaves out what nobody uses; terser makes them small.

import { copyFile, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { build, transform } from "esbuild";
import { minify } from "terser";

import { checkDropIn } from "./check-drop-in.mjs";
import { lean } from "./leaner-glue.mjs";
import { shorten } from "./short-names.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const [glue, out] = process.argv.slice(2).map((folder) => resolve(folder));

// What a browser with the WebAssembly of build.rs understands anyway.
const LANGUAGE = "es2021";
const STYLES = ["chrome114", "firefox115", "safari16.4"];

const manifest = await readFile(join(root, "Cargo.toml"), "utf8");
const version = manifest.match(/^version = "(.+)"$/m)[1];
const description = manifest.match(/^description = "(.+)"$/m)[1];
const notice = await readFile(join(root, "xtask/js/notice.txt"), "utf8");

await copyFile(join(glue, "consent_gate_bg.wasm"), join(out, "consent_gate_bg.wasm"));

/** The imports that are no files of www/: the glue, the wasm as text and what unpacks it, styles as text. */
const sources = {
  name: "sources",
  setup(bundle) {
    bundle.onResolve({ filter: /^#glue$/ }, () => ({ path: join(glue, "consent_gate.js"), sideEffects: false }));
    bundle.onLoad({ filter: /consent_gate\.js$/ }, async ({ path }) => ({
      contents: shorten(lean(await readFile(path, "utf8")), JSON.parse(await readFile(join(glue, "names.json"), "utf8"))),
    }));
    bundle.onResolve({ filter: /^#(wasm|unpacker)$/ }, ({ path }) => ({ path, namespace: "wasm" }));
    // The longest text stands once, before both programs of the drop-in.
    bundle.onLoad({ filter: /^#wasm$/, namespace: "wasm" }, () => ({ contents: "export default WASM", loader: "js" }));
    bundle.onLoad({ filter: /^#unpacker$/, namespace: "wasm" }, async () => ({
      contents: await readFile(join(glue, "unpacker.wasm"), "hex"),
      loader: "text",
    }));
    bundle.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const options = { loader: "css", minify: true, target: STYLES };
      const { code } = await transform(await readFile(path, "utf8"), options);
      return { contents: code.trimEnd(), loader: "text" };
    });
  },
};

const joined = async (entry) => {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    target: LANGUAGE,
    charset: "ascii",
    legalComments: "none",
    define: { VERSION: JSON.stringify(version) },
    plugins: [sources],
    logLevel: "warning",
  });
  return result.outputFiles[0].text;
};

const shrink = async (code, options) => {
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
    format: { ascii_only: true, ecma: 2020, preamble: `/*! ${notice.trim().replace("{version}", version)} */` },
    ...options,
  });
  return result.code + "\n";
};

// Wrapped here and not by the bundler, so that strict mode covers our own code and nothing that an
// optimiser may join to this file.
// A service worker has no document, and nothing of a page to capture.
const dropIn = await shrink(
  `(function () { "use strict"; const WASM = ${JSON.stringify(await readFile(join(glue, "packed.txt"), "utf8"))};
  if (typeof document === "undefined") { ${await joined("www/worker-entry.js")} }
  else { ${await joined("www/drop-in.js")} } })();`,
  {},
);
checkDropIn(dropIn);
await writeFile(join(out, "consent-gate.js"), dropIn);

const esModule = await shrink(await joined("www/module.js"), { module: true });
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
    "./consent_gate_bg.wasm": "./consent_gate_bg.wasm",
    "./lang/*": "./lang/*",
    "./package.json": "./package.json",
  },
  // Importing the module touches nothing; the drop-in is the one file that acts by itself.
  sideEffects: ["./consent-gate.js"],
};
await writeFile(join(out, "package.json"), JSON.stringify(pkg, null, 2) + "\n");
