// The prologue: captures what the browser gives, holds everything that leaves the site, and then
// starts the engine in the same task, so that `ConsentGate` answers in the very next script. Where
// the engine can't start, everything stays held and the console says once what to change.
//
//     boot({ compile, start, reach, tag: document.currentScript })

import { createApi } from "./api.js";
import { FAULT, START } from "./calls.js";
import { adopt, gate, pump } from "./gate.js";
import { homeOf, ownTag } from "./home.js";
import { BLOCK, makeHost } from "./host.js";
import { stage } from "./interface.js";
import * as N from "./natives.js";
import { attempt, lost, mark, queryAll } from "./natives.js";
import { calls } from "./shims/rare-calls.js";
import { attributes } from "./shims/attributes.js";
import { elements } from "./shims/elements.js";
import { embeds } from "./shims/embeds.js";
import { insertion } from "./shims/insertion.js";
import { instructions } from "./shims/instructions.js";
import { late } from "./shims/late.js";
import { leaving } from "./shims/leaving.js";
import { markup } from "./shims/markup.js";
import { network } from "./shims/network.js";
import { installAll } from "./shims/realms.js";
import { streams } from "./shims/streams.js";
import { styles } from "./shims/styles.js";
import { texts } from "./shims/texts.js";
import { workers } from "./shims/workers.js";
import { writes } from "./shims/writes.js";
import { writing } from "./shims/writing.js";
import { secondLine } from "./second-line.js";
import { steady } from "./steady.js";

const SECOND = "consent-gate:second-tag";
const compileLater = window.WebAssembly?.compile;

// How a tag may come that is not the first blocking script of the page.
const lateness = (tag, expected) => {
  if (expected) return null;
  if (!tag) return "the script did not run as a classic one of its own";
  if (tag.async || tag.defer || tag.type === "module") return "the script is async, defer or a module";
  if (N.readyState(document) !== "loading") return "the script came after the page was read";
  const first = queryAll(document, "script[src],img[src],iframe")[0];
  // Inline scripts may: one of them sets the configuration.
  return first && first !== tag ? "other scripts, images or frames stand before the script" : null;
};

const named = (all) => {
  let text = all[0];
  for (let i = 1; i < all.length; i++) text += ", " + all[i];
  return text;
};

export const boot = ({ compile, start, reach, tag = null, home, config, late: expected = false }) => {
  // An element with that id is no gate.
  if (typeof window.ConsentGate?.has === "function") {
    // The gate that runs reports it; this one has patched nothing.
    attempt(() => N.dispatch(document, new Event(SECOND)));
    return null;
  }

  const link = { __proto__: null, engine: null, host: null, faults: N.list() };
  // `path`: the place in the configuration.
  const fault = (code, message, path = "") => {
    if (link.engine) attempt(() => link.engine.ask(FAULT, 0, code + "@" + path + " " + message));
    else link.faults[link.faults.length] = { code, message };
  };
  const { adopt: offer, show } = stage({ reach, home: home ?? homeOf(ownTag(tag)), nonce: tag?.nonce, fault });
  const host = (link.host = { ...makeHost(gate, { tag, config }), show });

  const reason = lateness(tag, expected);
  // The ES module has waited since the natives were captured.
  N.apart(true);
  installAll(window, [elements, attributes, texts, instructions, insertion, markup, writing, styles, leaving, network, streams, calls, workers, writes, late]);
  N.apart(false);
  mark("consent-gate:armed");

  if (reason) fault("late-tag", reason + "; what loaded before it could not be held. Make it the first script in <head>, without async or defer");
  if (lost.length) fault("changed-natives", "before our script ran, the page has changed what the gate needs (" + named(lost) + "); what goes through that may not be held. Put ours before the script that does this");

  // By this name, which is on no list, the interface's script offers itself; for anybody else it does nothing.
  const api = { ...createApi(link) };
  N.defineProperty(api, "interface", { value: offer });
  Object.freeze(api);
  // Neither a page nor a tracker puts another in its place.
  N.defineProperty(window, "ConsentGate", { value: api, enumerable: true });

  const run = (module) => {
    const Engine = start(module);
    const engine = steady(new Engine(host));
    adopt(engine);
    link.engine = engine;
    attempt(() => link.attach(engine));
    for (let i = 0; i < link.faults.length; i++) engine.ask(FAULT, 0, link.faults[i].code + " " + link.faults[i].message);
    // From here on the gate stands. A fault in what comes now (the banner, say) is ours, and no
    // reason to stop holding or to try again.
    const shown = (act) => {
      try {
        act();
      } catch (error) {
        fault("broken", "the gate works, but its interface could not start (" + error + "); please report this");
      }
    };
    shown(() => engine.tell(START, 0));
    pump();
    mark("consent-gate:ready");
    // At once, so that the interface is on its way while the page is read.
    shown(() => engine.open());
    attempt(() => secondLine({ link, api, tag, fault }));
  };
  const refused = (error) => {
    const message =
      "everything stays held, because WebAssembly could not start (" + error +
      "). If the page has a Content-Security-Policy, add 'wasm-unsafe-eval' to its script-src";
    fault("no-wasm", message);
    host.error("consent-gate: " + message);
  };

  let bytes;
  try {
    bytes = compile();
    run(new WebAssembly.Module(bytes));
  } catch (error) {
    // Old browsers compile only small modules in one go, some none.
    attempt(() => bytes && Promise.resolve(bytes).then((bytes) => N.apply(compileLater, WebAssembly, [bytes])).then(run).catch(refused)) ?? refused(error);
  }
  bytes = null; // and with them all that the unpacker worked in

  N.stay(document, SECOND, () => fault("second-tag", "the script is in the page more than once; the first one runs, the others do nothing"));

  // What the page carries can be told only once its markup is read: a configuration that came too late, or by another id, and
  // the policy line.
  const block = queryAll(document, BLOCK)[0];
  const whole = () => {
    const blocks = queryAll(document, 'script[type="application/json" i][id*="consent" i][id*="gate" i]');
    for (let i = 0; blocks[i]; i++)
      if (blocks[i] !== block) fault("config-unread", "a configuration block was not read: only the first one counts, its id is \"consent-gate-config\", and it must stand before the script");
    if (!expected && !queryAll(document, 'meta[http-equiv="Content-Security-Policy" i]')[0])
      fault("no-policy-line", "without a policy line the browser's speculative parser may request trackers before they are held; put <meta http-equiv=\"Content-Security-Policy\" content=\"manifest-src * data: blob:\"> right after the script");
  };
  if (N.readyState(document) === "loading") N.listen(document, "DOMContentLoaded", whole);
  else whole();
  attempt(embeds);
  return api;
};
