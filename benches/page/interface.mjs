// What the interface costs whoever uses it: the click on *Accept all* until the next paint, on a page on which much is held;
// the nodes that it adds; and the heap, beside a page with vanilla-cookieconsent and one with nothing, in one run:
//
//     CHROMEDRIVER=… CHROMIUM=… node benches/page/interface.mjs [rounds] [folder of another build]

import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { built, median, serve, startDriver } from "./browser.mjs";

const rounds = Number(process.argv[2] ?? 9);
const pkg = built(process.argv[3]);
const modules = resolve(dirname(fileURLToPath(import.meta.url)), "../../tests/sdks/node_modules");
const other = join(modules, "vanilla-cookieconsent/dist");

// So much is held as on a page of a news site.
const SCRIPTS = 100, IMAGES = 300;

const config = { services: [{ id: "held", name: "Held", category: "marketing", hosts: ["held.localhost"] }] };
const ours = `<script type="application/json" id="consent-gate-config">${JSON.stringify(config)}</script><script src="/consent-gate.js"></script>
  <meta http-equiv="Content-Security-Policy" content="manifest-src * data: blob:">`;
const layer = { title: "Your privacy, your choice", description: "With your permission we store and read data on your device.", acceptAllBtn: "Accept all", acceptNecessaryBtn: "Reject all", showPreferencesBtn: "Choose" };
const sections = ["necessary", "analytics", "functional", "marketing"].map((name) => ({ title: name, description: "What it is for.", linkedCategory: name }));
const theirs = `<link rel="stylesheet" href="/cookieconsent.css"><script src="/cookieconsent.umd.js"></script>
  <script>addEventListener("DOMContentLoaded", () => CookieConsent.run(${JSON.stringify({
    hideFromBots: false, // which a driven browser is
    categories: { necessary: { readOnly: true, enabled: true }, analytics: {}, functional: {}, marketing: {} },
    language: { default: "en", translations: { en: { consentModal: layer, preferencesModal: { title: "Your choices", acceptAllBtn: "Accept all", acceptNecessaryBtn: "Reject all", savePreferencesBtn: "Save", sections } } } },
  })}))</script>`;

const { server, port } = await serve(async (url, response) => {
  const say = (type, body) => {
    response.setHeader("content-type", type);
    response.end(body);
  };
  const name = url.pathname.slice(1);
  if (name.startsWith("held")) return name.endsWith("svg") ? say("image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>`) : say("text/javascript", "window.ran = (window.ran || 0) + 1");
  if (name.startsWith("consent-gate")) return say("text/javascript", await readFile(join(pkg, name), "utf8"));
  if (name.startsWith("cookieconsent")) return say(name.endsWith("css") ? "text/css" : "text/javascript", await readFile(join(other, name), "utf8"));
  const kind = url.searchParams.get("kind");
  const held = `http://held.localhost:${port}/held`;
  const much = kind === "much" ? `<script>
    for (let i = 0; i < ${SCRIPTS}; i++) document.head.appendChild(Object.assign(document.createElement("script"), { async: i % 2 === 0, src: "${held}" + i + ".js" }));
    for (let i = 0; i < ${IMAGES}; i++) document.body.appendChild(new Image(8, 8)).src = "${held}" + i + ".svg";
  </script>` : "";
  say("text/html; charset=utf-8", `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>bench</title>${{ theirs, settled, gate, none: "" }[kind] ?? ours}</head>
    <body><main>${"<p>A page with some text, as pages have.</p>".repeat(200)}</main>${much}</body></html>`);
});
const driver = await startDriver();
const visit = (browser, kind) => browser.visit(`http://127.0.0.1:${port}/?kind=${kind}`);

// No banner is due: there is a choice, and nothing leads back but the page's own link.
const settled = ours.replace('{"', '{"banner":{"reopen":"none"},"');
// The gate by itself, which holds as ever and shows nothing.
const gate = ours.replace('{"', '{"banner":{"reopen":"none","autoShow":false},"');

const there = `const done = arguments[0]; const look = () => document.querySelector("#consent-gate-ui, #cc-main") ? setTimeout(done, 500) : setTimeout(look, 20); look();`;

const click = async (browser) => {
  await visit(browser, "much");
  await browser.run(there);
  const place = await browser.run(`
    window.seen = [];
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (entry.name === "click") seen.push(entry); }).observe({ type: "event", durationThreshold: 16, buffered: true });
    // Also of a click that is too quick to be told of.
    addEventListener("click", (event) => requestAnimationFrame(() => setTimeout(() => (window.painted = performance.now() - event.timeStamp))), true);
    const button = document.querySelector("#consent-gate-ui").shadowRoot.querySelector("[data-act=accept]").getBoundingClientRect();
    arguments[0]([button.x + button.width / 2, button.y + button.height / 2]);`);
  for (const type of ["mousePressed", "mouseReleased"]) await browser.devtools("Input.dispatchMouseEvent", { type, x: place[0], y: place[1], button: "left", clickCount: 1 });
  return browser.run(`const done = arguments[0]; const begun = performance.now();
    const look = () => window.ran === ${SCRIPTS} ? done({ painted: window.painted, all: performance.now() - begun,
      handler: seen.length ? Math.max(...seen.map((entry) => entry.processingEnd - entry.processingStart)) : 0, held: ConsentGate.report().held.length }) : setTimeout(look, 20);
    look();`);
};

const nodes = async (browser, kind, before) => {
  await visit(browser, kind);
  if (kind === "settled") {
    await browser.run(`ConsentGate.rejectAll(); arguments[0]()`);
    await visit(browser, kind);
  }
  await browser.run(kind === "settled" ? `setTimeout(arguments[0], 1500)` : there);
  if (before) await browser.run(`${before}; setTimeout(arguments[0], 500)`);
  return browser.run(`const count = (root) => { let all = 0; const walk = document.createTreeWalker(root, NodeFilter.SHOW_ALL); while (walk.nextNode()) { all++; if (walk.currentNode.shadowRoot) all += count(walk.currentNode.shadowRoot); } return all; };
    const host = document.querySelector("#consent-gate-ui, #cc-main"); arguments[0](host ? 1 + count(host.shadowRoot ?? host) : 0);`);
};

const heap = async (browser, kind) => {
  await visit(browser, kind);
  await browser.run(kind === "none" || kind === "gate" ? `setTimeout(arguments[0], 1500)` : there);
  await browser.devtools("HeapProfiler.collectGarbage");
  return browser.devtools("Runtime.getHeapUsage");
};

const each = async (act) => {
  const seen = [];
  for (let round = 0; round < rounds; round++) {
    const browser = await driver.open();
    try {
      seen.push(await act(browser));
    } finally {
      await browser.close();
    }
  }
  return seen;
};

try {
  const clicks = await each(click);
  const line = (name, of) => console.log(`${median(clicks.map(of)).toFixed(1).padStart(8)}  ${name}`);
  console.log(`\nA click on "Accept all" with ${SCRIPTS} scripts and ${IMAGES} images held; median of ${rounds}, in ms`);
  line("the click's handlers, in all; a frame has 16.7", ({ handler }) => handler);
  line("until the next frame was painted", ({ painted }) => painted);
  line("until all that was held has run", ({ all }) => all);

  const browser = await driver.open();
  console.log("\nNodes of the interface, texts and the host among them; at most 45 are wanted before anything is opened");
  for (const [what, kind, before] of [
    ["the banner", "ours"],
    ["after a choice: the control that leads back", "ours", "ConsentGate.rejectAll()"],
    ["on the next page, with `reopen: \"none\"`", "settled"],
    ["vanilla-cookieconsent, before its preferences are opened", "theirs"],
  ]) console.log(`${String(await nodes(browser, kind, before)).padStart(8)}  ${what}`);
  await browser.close();

  console.log(`\nHeap after garbage collection, in KB more than the same page without it: of scripts, of the document, of buffers; median of ${rounds}`);
  const all = {};
  for (const kind of ["none", "gate", "ours", "theirs"]) all[kind] = await each((browser) => heap(browser, kind));
  for (const [what, kind, beside] of [
    ["consent-gate, gate and banner", "ours", "none"],
    ["consent-gate, what the banner adds to the gate", "ours", "gate"],
    ["vanilla-cookieconsent, a banner without a gate", "theirs", "none"],
  ]) {
    const kb = (kind, part) => median(all[kind].map((usage) => usage[part])) / 1024;
    const more = (part) => (kb(kind, part) - kb(beside, part)).toFixed(0).padStart(8);
    console.log(`${more("usedSize")}${more("embedderHeapUsedSize")}${more("backingStorageSize")}  ${what}`);
  }
} finally {
  driver.stop();
  server.close();
}
