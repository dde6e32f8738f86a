// How fast the drop-in stands guard, measured in the page by the page's own clock:
//
//     CHROMEDRIVER=… CHROMIUM=… node benches/page/start.mjs [loads] [folder of another build]
//
// Two kinds of first loads, since nobody measures a wonder: those of a new browser, in which nothing is
// cached, compiled or warm; and those of a browser that already runs, each of a site that it has not seen
// and has to start a process for, which is what most visitors have. The time before
// the script is taken inside of the same file, just before its first statement, so that neither the
// network nor the parser is counted; the second line counts from the tag, with both.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { built, median, serve, startDriver } from "./browser.mjs";

const loads = Number(process.argv[2] ?? 15);
const pkg = built(process.argv[3]);

const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>bench</title>
<script>
  performance.mark("bench:tag");
  // What is drawn in a frame is on the screen when a task after that frame runs.
  document.addEventListener("consent-gate:show", () => requestAnimationFrame(() => setTimeout(() => performance.mark("bench:painted"))));
</script>
<script src="/consent-gate.js"></script>
<script>performance.mark("bench:next"); window.answer = typeof ConsentGate === "object" && ConsentGate.state().status;</script>
</head><body><p>A page.</p></body></html>`;

const marked = (script) => `performance.mark("bench:script");${script}`;

const { server, port } = await serve(async ({ pathname }, response) => {
  const file = pathname.endsWith(".js") ? await readFile(join(pkg, pathname), "utf8").catch(() => null) : null;
  response.setHeader("content-type", file ? "text/javascript" : "text/html; charset=utf-8");
  response.setHeader("cache-control", "no-store");
  response.end(pathname === "/consent-gate.js" ? marked(file) : (file ?? page));
});
const driver = await startDriver();

const script = `const done = arguments[0];
const look = () => {
  const at = {};
  for (const { name, startTime } of performance.getEntriesByType("mark")) at[name] = startTime;
  if (at["bench:painted"]) done({ at, answer: window.answer });
  else setTimeout(look, 20);
};
look();`;

const visit = async (browser, host) => {
  await browser.visit(`http://${host}:${port}/`);
  return browser.run(script);
};

const newBrowsers = async () => {
  const seen = [];
  for (let i = 0; i < loads; i++) {
    const browser = await driver.open();
    try {
      seen.push(await visit(browser, "127.0.0.1"));
    } finally {
      await browser.close();
    }
  }
  return seen;
};

const newSites = async () => {
  const browser = await driver.open();
  try {
    const seen = [];
    // The first is the browser's own first load.
    for (let i = 0; i <= loads; i++) seen.push(await visit(browser, `site${i}.localhost`));
    return seen.slice(1);
  } finally {
    await browser.close();
  }
};

const spans = [
  ["script start → natives captured, everything held", "bench:script", "consent-gate:armed", "aim 1 ms"],
  ["script start → wasm answering", "bench:script", "consent-gate:ready", "aim 8 ms, at most 15 ms"],
  ["tag reached → next script runs (with loading and parsing)", "bench:tag", "bench:next", ""],
  ["tag reached → the banner is on the screen", "bench:tag", "bench:painted", ""],
];

try {
  const print = (what, seen) => {
    for (const { answer } of seen) {
      if (answer === "unavailable" || !answer) throw new Error(`the gate did not start (${answer})`);
    }
    console.log(`\n${loads} first loads ${what}; median (fastest to slowest), in ms`);
    for (const [what, from, to, aim] of spans) {
      const times = seen.map(({ at }) => at[to] - at[from]);
      const [middle, least, most] = [median(times), Math.min(...times), Math.max(...times)].map((time) => time.toFixed(1));
      console.log(`${middle.padStart(7)} (${least} to ${most})  ${what}${aim && `; ${aim}`}`);
    }
  };
  print("in a new browser each", await newBrowsers());
  print("of a new site each, in a browser that runs", await newSites());
} finally {
  driver.stop();
  server.close();
}
