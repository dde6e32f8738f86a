// What keeps a connection open: `WebSocket`, `WebSocketStream`, `EventSource`, `WebTransport`, peer connections. They can't
// wait: a held one fails as soon as the platform lets it, and says so asynchronously as ever. One
// that is open when its host is denied is closed.

import { EVENT_SOURCE, NOBODY, OTHER, WEB_SOCKET, gate, judge } from "../gate.js";
import * as N from "../natives.js";
import { WeakRef, append, apply, attempt, construct, defineProperty, deref, describe, exec, list, method, parse, patch, patchClass, sequence } from "../natives.js";
import { asked } from "./network.js";

// Open ones, as far as they are still there: { find, kind, text, close }.
let open = list();
export const note = (find, kind, text, close) => {
  if (open.length >= 200) tidy();
  open[open.length] = { __proto__: null, find, kind, text, close };
};
const tidy = (ends) => {
  const kept = list();
  for (let i = 0; i < open.length; i++) {
    const { find, kind, text, close } = open[i];
    const stream = find();
    if (!stream) continue;
    if (ends && attempt(() => judge(kind, text) !== null, true)) attempt(() => close(stream));
    else kept[kept.length] = open[i];
  }
  open = kept;
};

gate.also(() => tidy(true));

const stream = (win, name, kind, nowhere) => {
  const close = method(win[name]?.prototype, "close");
  patchClass(win, name, (target, args, newTarget) => {
    if (!args.length) return construct(target, args, newTarget);
    const text = (args[0] = "" + args[0]);
    if (asked(kind, text, win.document) === null) {
      const made = construct(target, args, newTarget);
      attempt(() => {
        const ref = new WeakRef(made);
        note(() => deref(ref), kind, N.href(parse(text, N.baseURI(win.document))), close);
      });
      return made;
    }
    const made = construct(target, [nowhere], newTarget);
    const url = attempt(() => N.href(parse(text, N.baseURI(win.document))), text);
    if ("url" in made) attempt(() => defineProperty(made, "url", { get: () => url, configurable: true }));
    return made;
  });
};

// The servers that tell a peer its own address are asked without any other call. A held one is left out of
// the list, which the page may have made in any way, and which is read once: what it doesn't name is read through.
const HOST = /^(?:stun|turn)s?:(\[[^\]]*\]|[^:?]*)/i;
const isHeld = (url) => {
  const host = exec(HOST, url)?.[1];
  return host && judge(OTHER, "https://" + host + "/");
};
const peers = (config) => {
  const servers = config && config.iceServers;
  if (!servers) return config;
  const kept = [];
  for (const server of servers) {
    const given = server.urls ?? server.url;
    const urls = [];
    const add = (url) => {
      if (!isHeld((url = "" + url))) append(urls, url);
    };
    if (typeof given !== "object") add(given);
    else for (const url of given) add(url);
    if (urls.length) append(kept, { __proto__: server, urls: sequence(urls) });
  }
  return { __proto__: config, iceServers: sequence(kept) };
};

export const streams = (win) => {
  stream(win, "WebSocket", WEB_SOCKET, "wss:" + NOBODY);
  stream(win, "WebSocketStream", WEB_SOCKET, "wss:" + NOBODY);
  stream(win, "EventSource", EVENT_SOURCE, "data:text/plain,");
  stream(win, "WebTransport", OTHER, "https:" + NOBODY);
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
