// What keeps a connection open: `WebSocket`, `EventSource`, `WebTransport`, peer connections. They can't
// wait: a held one fails as soon as the platform lets it, and says so asynchronously as ever. One
// that is open when its host is denied is closed.

import { EVENT_SOURCE, OTHER, WEB_SOCKET, gate, judge } from "../gate.js";
import * as N from "../natives.js";
import { apply, attempt, construct, defineProperty, describe, method, parse, patch, patchClass } from "../natives.js";
import { asked } from "./network.js";

// Addresses that fail inside the browser: a port that every browser refuses, at a name that can't
// exist; and a stream that is none. What the console says about them tells the developer who it was.
const NOBODY = "held-by-consent-gate.invalid:1/";
const KINDS = [
  ["WebSocket", WEB_SOCKET, "wss://" + NOBODY],
  ["EventSource", EVENT_SOURCE, "data:text/plain,"],
  ["WebTransport", OTHER, "https://" + NOBODY],
];

// Open ones, as far as they are still there: [reference, kind, address, how it is closed].
let open = [];
const { WeakRef } = window;
export const note = (ref, kind, text, close) => {
  if (open.length >= 200) open = open.filter(([ref]) => ref.deref());
  open[open.length] = [ref, kind, text, close];
};

gate.also(() => {
  open = open.filter(([ref, kind, text, close]) => {
    const stream = ref.deref();
    if (!stream || !judge(kind, text)) return stream;
    attempt(() => close(stream));
  });
});

const stream = (win, name, kind, nowhere) => {
  const close = method(win[name]?.prototype, "close");
  patchClass(win, name, (target, args, newTarget) => {
    if (!args.length) return construct(target, args, newTarget);
    const text = (args[0] = "" + args[0]);
    if (asked(kind, text, win.document) === null) {
      const made = construct(target, args, newTarget);
      attempt(() => note(new WeakRef(made), kind, parse(text, N.baseURI(win.document)).href, close));
      return made;
    }
    const made = construct(target, [nowhere], newTarget);
    const url = parse(text, N.baseURI(win.document))?.href ?? text;
    if ("url" in made) attempt(() => defineProperty(made, "url", { get: () => url, configurable: true }));
    return made;
  });
};

// The servers that tell a peer its own address are asked without any other call. A held one is left out of
// the list, which the page may have made in any way: what it doesn't name is read through.
const HOST = /^(?:stun|turn)s?:(\[[^\]]*\]|[^:?]*)/i;
const isHeld = (url) => {
  const host = HOST.exec(url)?.[1];
  return host && judge(OTHER, "https://" + host + "/");
};
const peers = (config) => {
  const servers = config && config.iceServers;
  if (!servers) return config;
  let changed = false;
  const kept = [];
  for (const server of servers) {
    const given = server.urls ?? server.url;
    const urls = [];
    for (const url of typeof given === "object" ? given : ["" + given]) {
      if (isHeld(url)) changed = true;
      else urls[urls.length] = url;
    }
    if (urls.length) kept[kept.length] = { __proto__: server, urls };
  }
  return changed ? { __proto__: config, iceServers: kept } : config;
};

export const streams = (win) => {
  for (let i = 0; i < KINDS.length; i++) stream(win, ...KINDS[i]);
  const name = "RTCPeerConnection";
  const { [name]: peer, webkitRTCPeerConnection: alias } = win;
  if (!peer) return;
  // What throws here would throw in the browser, too.
  const cleaned = (args) => {
    if (args.length) args[0] = peers(args[0]);
    return args;
  };
  patchClass(win, name, (target, args, newTarget) => construct(target, cleaned(args), newTarget));
  if (alias === peer) defineProperty(win, "webkitRTCPeerConnection", { ...describe(win, "webkitRTCPeerConnection"), value: win[name] });
  patch(peer.prototype, "setConfiguration", (original, self, args) => apply(original, self, cleaned(args)));
};
