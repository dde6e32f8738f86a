// What the gate costs a busy page, beside the same page without it, in one run:
//
//     CHROMIUM=… node benches/page/busy.mjs [rounds] [folder of another build]
//
// Measured is the processor time of the page's main thread as the browser counts it, so that neither the network
// nor another program on the machine is in it. Each round plays every part on every kind of page, in another
// order each time. One kind is the page without the gate once more: how much it seems to cost is what this measurement
// can't tell from nothing, and both together are what the others stand beside. Whatever else the machine does only adds
// time, so beside the medians stand the lower quartiles, which have less of it. Most of that time is layout and paint, which differ by
// a tenth from one time to the next; so what the page's own calls took, the gate's part among it, stands there by itself.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { built, median, openAlone, quantile, serve } from "./browser.mjs";

const rounds = Number(process.argv[2] ?? 12);
const pkg = built(process.argv[3]);
const here = (name) => readFile(fileURLToPath(new URL(name, import.meta.url)), "utf8");
const [page, code] = await Promise.all([here("busy.html"), here("busy.js")]);

const TAG = `<script src="/consent-gate.js"></script><meta http-equiv="Content-Security-Policy" content="manifest-src * data: blob:">`;
// The second part of the tag is in all of them: what it costs isn't the script's.
const WITHOUT = `<meta http-equiv="Content-Security-Policy" content="manifest-src * data: blob:">`;
// The gate by itself: what lies over the page is painted with it, frame by frame.
const HIDDEN = `<script type="application/json" id="consent-gate-config">{ "banner": { "autoShow": false, "reopen": "none" } }</script>` + TAG;
const kinds = {
  "no gate": { tag: WITHOUT },
  "no gate, once more": { tag: WITHOUT },
  "undecided": { tag: TAG },
  "undecided, nothing shown": { tag: HIDDEN },
  "everything refused": { tag: TAG, first: "ConsentGate.rejectAll()" },
  "everything granted": { tag: TAG, first: "ConsentGate.acceptAll()" },
};

const image = `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8" fill="teal"/></svg>`;
const { server, port } = await serve(async (url, response) => {
  const say = (type, body, store = "no-store") => {
    response.setHeader("content-type", type);
    response.setHeader("cache-control", store);
    response.setHeader("access-control-allow-origin", "*");
    response.end(body);
  };
  const name = url.pathname.slice(1);
  if (name === "busy.js") say("text/javascript", code);
  else if (name === "image.svg") say("image/svg+xml", image, "max-age=3600");
  else if (name === "data.json") say("application/json", `{"a":1}`);
  else if (name.startsWith("consent-gate")) say("text/javascript", await readFile(join(pkg, name), "utf8"));
  else say("text/html; charset=utf-8", page.replace("<!--gate-->", kinds[url.searchParams.get("kind")]?.tag ?? ""));
});

const begin = async (browser, kind) => {
  await browser.visit(`http://127.0.0.1:${port}/?kind=${encodeURIComponent(kind)}`);
  // What the gate and its interface do once, when a page begins, is another benchmark's (start.mjs).
  const ready = `const done = arguments[1];
    localStorage.clear();
    ${kinds[kind].first ?? ""};
    const look = () => {
      if (${kinds[kind].tag === TAG} && !document.getElementById("consent-gate-ui")) setTimeout(look, 50);
      else setTimeout(() => done(typeof ConsentGate === "object" && ConsentGate.state().status), 1000);
    };
    look();`;
  const status = await browser.run(ready, null);
  const wanted = kinds[kind].first ? "set" : kinds[kind].tag === WITHOUT ? false : "unset";
  if (status !== wanted) throw new Error(`${kind}: the gate is ${status}, not ${wanted}`);
};

const threadTime = async (browser) => {
  const { metrics } = await browser.devtools("Performance.getMetrics");
  return metrics.find(({ name }) => name === "ThreadTime").value * 1000;
};

const measure = async (part, kind) => {
  const browser = await openAlone();
  try {
    await browser.devtools("Performance.enable", { timeDomain: "threadTicks" });
    await begin(browser, kind);
    await browser.devtools("HeapProfiler.collectGarbage");
    const before = await threadTime(browser);
    const calls = await browser.run("window.play(arguments[0], arguments[1])", part);
    return { all: (await threadTime(browser)) - before, calls };
  } finally {
    await browser.close();
  }
};

// `KIND=undecided` leaves the others out, so that there is time for more rounds.
const names = Object.keys(kinds).filter((name) => !process.env.KIND || name.startsWith("no gate") || name.startsWith(process.env.KIND));
const parts = [...code.matchAll(/^  "([^"]+)": (?:async )?\(\) =>/gm)].map((found) => found[1]);
const wanted = process.env.PART ? parts.filter((part) => part.includes(process.env.PART)) : parts;
const percent = (number) => `${number >= 0 ? "+" : ""}${(number * 100).toFixed(1)} %`;

try {
  for (const part of wanted) {
    const seen = names.map(() => []);
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < names.length; i++) {
        const kind = (i + round) % names.length;
        seen[kind].push(await measure(part, names[kind]));
      }
    }
    const taken = seen.map((times) => times.map(({ all }) => all));
    const calls = seen.map((times) => median(times.map((time) => time.calls)));
    const plain = [...taken[0], ...taken[1]];
    const plainCalls = (calls[0] + calls[1]) / 2;
    console.log(`\nA page that ${part}: ms of the main thread, median of ${rounds}; beside the page without the gate: medians, and lower quartiles; and what the calls took`);
    const lower = (times) => quantile(times, 0.25);
    names.forEach((name, kind) => {
      const beside = (of) => percent(of(taken[kind]) / of(plain) - 1);
      const both = `${beside(median)}${kind > 1 ? "" : " of both"}, ${beside(lower)}`;
      const more = `${calls[kind].toFixed(0)} ms, ${percent((calls[kind] - plainCalls) / median(plain))} of the whole`;
      console.log(`${median(taken[kind]).toFixed(0).padStart(7)}  ${name.padEnd(24)} ${both.padEnd(24)} ${more}`);
    });
  }
  if (!process.env.PART) {
    const prices = {};
    for (const kind of ["no gate", "undecided", "everything granted"]) {
      const browser = await openAlone();
      try {
        await begin(browser, kind);
        prices[kind] = await browser.run("window.price(arguments[1])", null);
      } finally {
        await browser.close();
      }
    }
    console.log("\nA call, in ns, the best of seven rounds: no gate, undecided, everything granted");
    for (const name of Object.keys(prices["no gate"])) {
      const row = Object.values(prices).map((all) => all[name].toFixed(0).padStart(9));
      console.log(`${row.join("")}  ${name}`);
    }
  }
} finally {
  server.close();
}
