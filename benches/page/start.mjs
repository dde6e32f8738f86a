// How fast the drop-in stands guard, measured in the page by the page's own clock:
//
//     CHROMIUM=… node benches/page/start.mjs [loads] [folder of another build]
//
// Two kinds of first loads, since nobody measures a wonder: those of a new browser, in which nothing is
// cached, compiled or warm; and those of a browser that already runs, each of a site that it has not seen
// and has to start a process for, which is what most visitors have. The time before
// the script is taken inside of the same file, just before its first statement, so that neither the
// network nor the parser is counted; the lines below count from the tag, with both.
//
// The browser is started by itself and tells by requests what it saw: one that a driver looks into takes
// three quarters longer, because it keeps a stack for whatever a script does, and parses the script anew for each.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { built, median, serve, startBrowser } from "./browser.mjs";

const loads = Number(process.argv[2] ?? 15);
const pkg = built(process.argv[3]);

const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>bench</title>
<script>
  performance.mark("bench:tag");
  // What is drawn in a frame is on the screen when a task after that frame runs.
  document.addEventListener("consent-gate:show", () => requestAnimationFrame(() => setTimeout(() => performance.mark("bench:painted"))));
</script>
<script src="/consent-gate.js"></script>
<script>
  performance.mark("bench:next");
  const answer = typeof ConsentGate === "object" && ConsentGate.state().status;
  const look = async () => {
    const at = {};
    for (const { name, startTime } of performance.getEntriesByType("mark")) at[name] = startTime;
    if (!at["bench:painted"] && answer !== "unavailable" && answer) return setTimeout(look, 20);
    const response = await fetch("/seen", { method: "POST", body: JSON.stringify({ at, answer }) });
    const next = await response.text();
    if (next) location.href = next;
  };
  look();
</script>
</head><body><p>A page.</p></body></html>`;

// Behind the comments at its head, one of which is for the compiler.
const marked = (script) => script.replace(/^((?:\/\*[^]*?\*\/|\/\/.*)?\n)*/, (head) => `${head}performance.mark("bench:script");`);

let seen;
const { server, port } = await serve(async ({ pathname }, response, request) => {
  response.setHeader("cache-control", "no-store");
  if (pathname === "/seen") {
    let body = "";
    for await (const piece of request) body += piece;
    return response.end(seen(JSON.parse(body)));
  }
  const file = pathname.endsWith(".js") ? await readFile(join(pkg, pathname), "utf8").catch(() => null) : null;
  response.setHeader("content-type", file ? "text/javascript" : "text/html; charset=utf-8");
  response.end(pathname === "/consent-gate.js" ? marked(file) : (file ?? page));
});

// Starts a browser of its own at an address, for as long as `seen` answers where to go next.
const visit = async (host, next) => {
  const all = [];
  const { browser, stop } = await startBrowser([`http://${host}:${port}/`]);
  await new Promise((done, failed) => {
    browser.once("error", failed);
    seen = (what) => {
      all.push(what);
      const host = next(all.length);
      if (!host) done();
      return host ? `http://${host}:${port}/` : "";
    };
  });
  await stop();
  return all;
};

const newBrowsers = async () => {
  const all = [];
  for (let i = 0; i < loads; i++) all.push(...(await visit("127.0.0.1", () => "")));
  return all;
};

// The first is the browser's own first load.
const newSites = async () => (await visit("site0.localhost", (count) => (count > loads ? "" : `site${count}.localhost`))).slice(1);

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
  server.close();
  server.closeAllConnections();
}
