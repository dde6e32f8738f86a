// A browser to measure in, driven over WebDriver or looked into as little as can be, and a server whose files are in memory.

import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as createPort } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** The folder whose build is measured: `pkg`, or another. */
export const built = (folder) => resolve(folder ?? join(root, "pkg"));

export const listen = (server) => new Promise((done) => server.listen(0, "127.0.0.1", () => done(server.address().port)));

/** Serves what `answer(url, response, request)` writes; answers the server and its port. */
export const serve = async (answer) => {
  const server = createServer((request, response) => answer(new URL(request.url, "http://host"), response, request));
  server.keepAliveTimeout = 60_000;
  return { server, port: await listen(server) };
};

const freePort = async () => {
  const server = createPort();
  const port = await listen(server);
  await new Promise((done) => server.close(done));
  return port;
};

/** Starts the driver. `flags` are further flags of the browser. */
export const startDriver = async (flags = []) => {
  const port = await freePort();
  const driver = spawn(process.env.CHROMEDRIVER ?? "chromedriver", [`--port=${port}`], { stdio: "ignore" });
  const ask = async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      body: body && JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${value?.message}`);
    return value;
  };
  for (let tries = 0; !(await ask("GET", "/status").then((status) => status.ready, () => false)); tries++) {
    if (tries === 100) throw new Error("chromedriver does not answer");
    await new Promise((done) => setTimeout(done, 50));
  }
  const capabilities = JSON.parse(await readFile(join(root, "webdriver.json"), "utf8"));
  const options = capabilities["goog:chromeOptions"];
  options.args.push(...flags);
  if (process.env.CHROMIUM) options.binary = process.env.CHROMIUM;

  /** Opens a browser of its own. */
  const open = async () => {
    const { sessionId } = await ask("POST", "/session", { capabilities: { alwaysMatch: capabilities } });
    const at = `/session/${sessionId}`;
    await ask("POST", `${at}/timeouts`, { script: 120_000 });
    return {
      visit: (url) => ask("POST", `${at}/url`, { url }),
      run: (script, ...args) => ask("POST", `${at}/execute/async`, { script, args }),
      devtools: (cmd, params = {}) => ask("POST", `${at}/goog/cdp/execute`, { cmd, params }),
      close: () => ask("DELETE", at),
    };
  };
  return { open, stop: () => driver.kill() };
};

/** Starts a browser of its own, with a profile of its own, which `stop` takes away; `rest` are further arguments. */
export const startBrowser = async (rest, stdio = "ignore") => {
  const { args } = JSON.parse(await readFile(join(root, "webdriver.json"), "utf8"))["goog:chromeOptions"];
  const profile = await mkdtemp(join(tmpdir(), "consent-gate-bench-"));
  const browser = spawn(process.env.CHROMIUM ?? "chromium", [...args, `--user-data-dir=${profile}`, ...rest], { stdio });
  const closed = new Promise((done) => browser.once("exit", done));
  const stop = async () => {
    browser.kill();
    await closed;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  return { browser, stop };
};

/**
 * Opens a browser that no driver looks into, with what `open` answers. Under a driver, pages with the gate were measured 4 to 6 % slower at
 * fetches than without it, and here not: probably because for a driver the browser notes at each request which functions had called.
 */
export const openAlone = async () => {
  const pipes = ["ignore", "ignore", "ignore", "pipe", "pipe"];
  const { browser, stop } = await startBrowser(["--no-first-run", "--remote-debugging-pipe", "about:blank"], pipes);
  const [, , , requests, answers] = browser.stdio;
  const waiting = new Map();
  let number = 0;
  let text = "";
  answers.on("data", (piece) => {
    const messages = (text += piece).split("\0");
    text = messages.pop();
    for (const message of messages.map((one) => JSON.parse(one))) waiting.get(message.id)?.(message);
  });
  const ask = (method, params = {}, sessionId = undefined) =>
    new Promise((done, fail) => {
      waiting.set(++number, ({ result, error }) => (error ? fail(new Error(`${method}: ${error.message}`)) : done(result)));
      requests.write(JSON.stringify({ id: number, method, params, sessionId }) + "\0");
    });
  const find = async () => (await ask("Target.getTargets")).targetInfos.find(({ type }) => type === "page");
  let page;
  while (!(page = await find())) await new Promise((done) => setTimeout(done, 50));
  const { sessionId } = await ask("Target.attachToTarget", { targetId: page.targetId, flatten: true });
  const devtools = (method, params) => ask(method, params, sessionId);
  const evaluate = async (expression) => {
    const { result, exceptionDetails } = await devtools("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  return {
    visit: async (url) => {
      await devtools("Page.navigate", { url });
      while (!(await evaluate(`location.href !== "about:blank" && document.readyState === "complete"`))) await new Promise((done) => setTimeout(done, 20));
    },
    run: (script, ...given) => evaluate(`new Promise((done) => (function () { ${script} }).apply(window, [...${JSON.stringify(given)}, done]))`),
    devtools,
    close: stop,
  };
};

const sorted = (numbers) => numbers.toSorted((a, b) => a - b);

/** The value below which that part of all lies. */
export const quantile = (numbers, part) => {
  const all = sorted(numbers);
  const place = (all.length - 1) * part;
  const below = all[Math.floor(place)];
  return below + (all[Math.ceil(place)] - below) * (place % 1);
};

export const median = (numbers) => quantile(numbers, 0.5);
