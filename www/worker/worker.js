// The second line: the same file as a service worker. It sees what no script in a page can: requests of
// stylesheets, of workers, of shadow trees, of the parser's look-ahead. It judges by the same engine, whose
// page is what the pages told it last (second-line.js); and since it may be a moment behind them, or know
// nothing of a mark, it asks the page before it refuses anything.
//
// It knows no rule, and no reason to fail open: without an engine, what leaves the site is asked about too.

import { Engine, initSync } from "#glue";
import { take } from "#wasm";

import { KEY, STORE } from "./store.js";
import {
  EMBED, FETCH, FIELD, FONT, FRAME, IMAGE, LINK, MEDIA, OTHER, PLAIN, SCRIPT, STYLESHEET, VERDICT, WORKER, placeText,
} from "../gate/numbers.js";
import { unpack } from "../gate/unpack.js";

const { Response, URL, caches, clients, fetch, location, setTimeout } = self;

// How long a page may think about a request, in milliseconds. Then it is refused.
const PATIENCE = 2000;

// By what the browser calls a request's destination.
const KINDS = {
  __proto__: null, script: SCRIPT, image: IMAGE, frame: FRAME, iframe: FRAME, "": FETCH, style: STYLESHEET, manifest: LINK,
  audio: MEDIA, track: MEDIA, video: MEDIA, embed: EMBED, object: EMBED, font: FONT,
  worker: WORKER, sharedworker: WORKER, serviceworker: WORKER, audioworklet: WORKER, paintworklet: WORKER,
};

// What the engine is given in place of a page: what a page has told of itself.
const hostOf = ({ sources = {}, facts = {}, key = "", record = "" }) => ({
  attributes: () => sources.attributes ?? [],
  block: () => sources.block,
  global: () => sources.global,
  // The record is read from a cookie where there is no local storage, and here is none.
  cookies: () => (record ? key + "=" + encodeURIComponent(record) : ""),
  now: Date.now,
  parse: JSON.parse,
  copy: (value) => JSON.parse(JSON.stringify(value)),
  pageHost: () => location.hostname,
  pagePort: () => location.port,
  languages: () => facts.languages ?? [],
  htmlLang: () => facts.lang ?? "",
  timeZone: () => facts.timeZone ?? "",
  gpc: () => facts.gpc,
  dnt: () => facts.dnt,
  site: () => facts.site ?? location.hostname,
  get: () => undefined,
  window: () => undefined,
});

export const worker = () => {
  let state = {};
  let engine = null;
  const start = (told) => {
    state = told;
    try {
      engine = new Engine(hostOf(told));
    } catch {
      engine = null;
    }
  };
  try {
    initSync(new WebAssembly.Module(unpack(take())));
    start({});
  } catch {
    // Said by the page, which has the same trouble.
  }

  const known = caches
    .match(KEY, { cacheName: STORE }) // which makes none where there is none
    .then((found) => found?.json())
    .then((told) => told && start(told))
    .catch(() => undefined);

  // Is it held? Nothing of the site's own is, except what the engine knows.
  const holds = (kind, url) => {
    if (state.off) return false;
    const { protocol, hostname, port, pathname, search } = url;
    if (!/^https?:$/.test(protocol)) return false;
    try {
      const place = placeText(hostname, port, pathname, search);
      return (engine.judge(protocol === "http:" ? kind | PLAIN : kind, place + FIELD, false) & VERDICT) !== 0;
    } catch {
      return url.hostname !== location.hostname;
    }
  };

  // The page's word: it knows marks, and hears of a choice first.
  const ask = async ({ clientId, request }, kind) => {
    const page = await clients.get(clientId);
    if (!page) return false;
    return new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => resolve(data === true);
      setTimeout(() => resolve(false), PATIENCE);
      page.postMessage({ consentGate: "may", kind, url: request.url }, [port2]);
    });
  };

  const answer = async (event, kind, url) => {
    await known;
    return !holds(kind, url) || (await ask(event, kind)) ? fetch(event.request) : Response.error();
  };

  self.addEventListener("install", () => self.skipWaiting());
  self.addEventListener("activate", (event) => event.waitUntil(clients.claim()));
  self.addEventListener("fetch", (event) => {
    const { request } = event;
    // A document of the site's own; others are no business of its worker.
    if (request.mode === "navigate") return;
    const kind = KINDS[request.destination] ?? OTHER;
    const url = new URL(request.url);
    if (holds(kind, url)) event.respondWith(answer(event, kind, url));
  });
  self.addEventListener("message", (event) => {
    const told = event.data?.consentGate;
    if (typeof told !== "object" || !told) return;
    start(told);
    // One that is being unregistered leaves nothing behind.
    if (!told.ends) event.waitUntil(
      caches.open(STORE).then((store) => store.put(KEY, new Response(JSON.stringify(told)))).catch(() => undefined),
    );
  });
};
