// How fast the drop-in stands guard, measured in the page by the page's own clock:
//
//     CHROMEDRIVER=… CHROMIUM=… node xtask/js/page-bench.mjs [loads] [folder of another build]
//
// Two kinds of first loads, since nobody measures a wonder: those of a new browser, in which nothing is
// cached, compiled or warm; and those of a browser that already runs, each of a site that it has not seen
// and has to start a process for, which is what most visitors have. The time before
// the script is taken inside of the same file, just before its first statement, so that neither the
// network nor the parser is counted; the second line counts from the tag, with both.

import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as createPort } from "node:net";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const loads = Number(process.argv[2] ?? 15);

const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>bench</title>
<script>
  performance.mark("bench:tag");
  // What is drawn in a frame is on the screen when a task after that frame runs.
  document.addEventListener("consent-gate:show", () => requestAnimationFrame(() => setTimeout(() => performance.mark("bench:painted"))));
</script>
<script src="/consent-gate.js"></script>
<script>performance.mark("bench:next"); window.answer = typeof ConsentGate === "object" && ConsentGate.state().status;</script>
</head><body><p>A page.</p></body></html>`;

const pkg = resolve(process.argv[3] ?? join(root, "pkg"));
const marked = (script) => `performance.mark("bench:script");${script}`;

const site = createServer(async (request, response) => {
  const [path] = request.url.split("?");
  const file = path.endsWith(".js") ? await readFile(join(pkg, path), "utf8").catch(() => null) : null;
  response.setHeader("content-type", file ? "text/javascript" : "text/html; charset=utf-8");
  response.setHeader("cache-control", "no-store");
  response.end(path === "/consent-gate.js" ? marked(file) : (file ?? page));
});

const listen = (server) => new Promise((done) => server.listen(0, "127.0.0.1", () => done(server.address().port)));

const freePort = async () => {
  const server = createPort();
  const port = await listen(server);
  await new Promise((done) => server.close(done));
  return port;
};

const sitePort = await listen(site);
const driverPort = await freePort();
const driver = spawn(process.env.CHROMEDRIVER ?? "chromedriver", [`--port=${driverPort}`], { stdio: "ignore" });

const ask = async (method, path, body) => {
  const response = await fetch(`http://127.0.0.1:${driverPort}${path}`, {
    method,
    body: body && JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${value?.message}`);
  return value;
};

const driverReady = async () => {
  for (let tries = 0; tries < 100; tries++) {
    const ready = await ask("GET", "/status").then((status) => status.ready, () => false);
    if (ready) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error("chromedriver does not answer");
};

const capabilities = JSON.parse(await readFile(join(root, "webdriver.json"), "utf8"));
if (process.env.CHROMIUM) capabilities["goog:chromeOptions"].binary = process.env.CHROMIUM;

const script = `const done = arguments[0];
const look = () => {
  const at = {};
  for (const { name, startTime } of performance.getEntriesByType("mark")) at[name] = startTime;
  if (at["bench:painted"]) done({ at, answer: window.answer });
  else setTimeout(look, 20);
};
look();`;

const open = async () => (await ask("POST", "/session", { capabilities: { alwaysMatch: capabilities } })).sessionId;

const visit = async (session, host) => {
  await ask("POST", `/session/${session}/url`, { url: `http://${host}:${sitePort}/` });
  return ask("POST", `/session/${session}/execute/async`, { script, args: [] });
};

const newBrowsers = async () => {
  const seen = [];
  for (let i = 0; i < loads; i++) {
    const session = await open();
    try {
      seen.push(await visit(session, "127.0.0.1"));
    } finally {
      await ask("DELETE", `/session/${session}`);
    }
  }
  return seen;
};

const newSites = async () => {
  const session = await open();
  try {
    const seen = [];
    // The first is the browser's own first load.
    for (let i = 0; i <= loads; i++) seen.push(await visit(session, `site${i}.localhost`));
    return seen.slice(1);
  } finally {
    await ask("DELETE", `/session/${session}`);
  }
};

const spans = [
  ["script start → natives captured, everything held", "bench:script", "consent-gate:armed", "aim 1 ms"],
  ["script start → wasm answering", "bench:script", "consent-gate:ready", "aim 8 ms, at most 15 ms"],
  ["tag reached → next script runs (with loading and parsing)", "bench:tag", "bench:next", ""],
  ["tag reached → the banner is on the screen", "bench:tag", "bench:painted", ""],
];

const median = (numbers) => {
  const sorted = numbers.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};

try {
  await driverReady();
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
  driver.kill();
  site.close();
}
