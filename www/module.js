// The ES module: the same gate for bundlers. Importing touches nothing, so that it is safe on a
// server; `init` attaches to a running gate, or starts one that guards from then on.
//
// A page that wants everything held from its first byte needs the drop-in: modules run late.

import { Engine, initSync } from "#glue";

let starting;

/** Attaches to the gate of the page, or starts one; resolves with it. */
export const init = (options = {}) => {
  const wrong = fault(options);
  if (wrong) return Promise.reject(new TypeError(`ConsentGate: init(): ${wrong}`));
  const { config } = options;
  if (typeof document === "undefined") {
    return Promise.reject(refusal("there is no page here; call init() in the browser"));
  }
  if (globalThis.ConsentGate) {
    // What the tag was given stands: another configuration would let go what it holds.
    if (config !== undefined) console.warn("consent-gate: init({ config }) attaches to the page's gate, which has a configuration of its own; use configure() to replace that");
    return Promise.resolve(globalThis.ConsentGate);
  }
  // Two calls at once start one gate.
  starting ??= load(config).finally(() => (starting = undefined));
  return starting;
};

const isObject = (value) => typeof value === "object" && value !== null;
const fault = (options) => {
  if (!isObject(options)) return "what it takes is an object, { config }";
  const other = Object.keys(options).find((name) => name !== "config");
  if (other !== undefined) return `it takes { config } and nothing else, not "${other}"`;
  return options.config === undefined || isObject(options.config) ? "" : "config must be an object";
};

const load = async (config) => {
  const response = await fetch(new URL("consent_gate_bg.wasm", import.meta.url));
  if (!response.ok) throw refusal(`${response.url} answered ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  // Not before there is a page: the prologue captures what the browser gives as soon as it is loaded.
  const { boot } = await import("./gate/boot.js");
  const { byImport } = await import("./gate/interface.js");
  boot({
    compile: () => bytes,
    start: (module) => {
      initSync(module);
      return Engine;
    },
    // Bundlers follow it, and make a part of its own of it that is loaded when there is something to show.
    reach: byImport(() => import("./consent-gate-ui.js")),
    home: import.meta.url,
    config,
    late: true,
  });
  return globalThis.ConsentGate;
};

const refusal = (message) => Object.assign(new Error(`ConsentGate: ${message}`), { code: "gate-unavailable" });

const gate = () => {
  const running = globalThis.ConsentGate;
  if (!running) throw refusal("no gate runs yet; await init() first");
  return running;
};

export const has = (category) => gate().has(category);
export const hasService = (id) => gate().hasService(id);
export const state = () => gate().state();
export const granted = (name) => gate().granted(name);
export const acceptAll = () => gate().acceptAll();
export const rejectAll = () => gate().rejectAll();
export const set = (choices) => gate().set(choices);
export const setService = (id, allowed) => gate().setService(id, allowed);
export const withdraw = (name) => gate().withdraw(name);
export const reset = () => gate().reset();
export const show = () => gate().show();
export const preferences = () => gate().preferences();
export const hide = () => gate().hide();
export const on = (event, listener) => gate().on(event, listener);
export const off = (event, listener) => gate().off(event, listener);
export const report = () => gate().report();
export const receipt = () => gate().receipt();
export const configure = (config) => gate().configure(config);
export const version = () => VERSION;

export default init;
