// What keeps a connection open: `WebSocket`, `WebSocketStream`, `EventSource`, `WebTransport`, peer connections. They can't
// wait: a held one fails as soon as the platform lets it, and says so asynchronously as ever. One
// that is open when its host is denied is closed.

import { EVENT_SOURCE, IMAGE, NOBODY, OTHER, WEB_SOCKET, gate, judge, whole } from "../gate.js";
import { living } from "../living.js";
import * as N from "../natives.js";
import { append, apply, attempt, construct, defineProperty, describe, exec, getter, method, parse, patch, patchClass, sequence, setter, swap, words } from "../natives.js";
import { asked } from "./network.js";

const open = living();
export const note = (thing, kind, text, close, find) => open.add(thing, { __proto__: null, kind, text, close }, find);

gate.also(() => open.end(({ kind, text }) => attempt(() => judge(kind, text) !== null, true), (thing, { close }) => close(thing)));

const stream = (win, name, kind, nowhere) => {
  const close = method(win[name]?.prototype, "close");
  patchClass(win, name, (target, args, newTarget) => {
    if (!args.length) return construct(target, args, newTarget);
    const text = (args[0] = "" + args[0]);
    if (asked(kind, text, win.document) === null) {
      const made = construct(target, args, newTarget);
      attempt(() => note(made, kind, N.href(parse(text, N.baseURI(win.document))), close));
      return made;
    }
    const made = construct(target, [nowhere], newTarget);
    const url = attempt(() => N.href(parse(text, N.baseURI(win.document))), text);
    if ("url" in made) attempt(() => defineProperty(made, "url", { get: () => url, configurable: true }));
    return made;
  });
};

// What a browser reads options from.
export const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

// The servers that tell a peer its own address are asked without any other call. A held one is left out of
// the list, which the page may have made in any way, and which is read once: what it doesn't name is read through.
const HOST = /^(?:stun|turn)s?:(\[[^\]]*\]|[^:?]*)/i;
const isHeld = (url) => {
  const host = exec(HOST, whole(url, document))?.[1];
  return host && judge(OTHER, "https://" + host + "/");
};
const peers = (config, told) => {
  if (!isObject(config)) return config;
  const { iceServers: servers } = config;
  if (!servers) return { __proto__: config, iceServers: servers };
  const kept = [];
  for (const server of servers) {
    const given = server.urls ?? server.url;
    const urls = [];
    const add = (url) => {
      if (isHeld((url = "" + url))) told?.();
      else append(urls, url);
    };
    if (typeof given !== "object") add(given);
    else for (const url of given) add(url);
    if (urls.length) append(kept, { __proto__: server, urls: sequence(urls) });
  }
  return { __proto__: config, iceServers: sequence(kept) };
};

// The other peer says where it can be reached, one by one or in a list of lines; a browser asks there at once. What is held is left out.
const CANDIDATE = /candidate:\S+ +\S+ +\S+ +\S+ +(\S+)/i;
const mayNotReach = (line) => {
  const host = exec(CANDIDATE, line)?.[1];
  return host && judge(OTHER, "https://" + host + "/");
};
const meetings = (win, { prototype }) => {
  patch(prototype, "addIceCandidate", (original, self, args) => {
    const given = args[0];
    if (!isObject(given)) return apply(original, self, args);
    const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = given;
    const line = candidate === undefined ? candidate : "" + candidate;
    if (attempt(() => mayNotReach(line), true)) return win.Promise.resolve();
    args[0] = { __proto__: null, candidate: line, sdpMid, sdpMLineIndex, usernameFragment };
    return apply(original, self, args);
  });
  patch(prototype, "setRemoteDescription", (original, self, args) => {
    const given = args[0];
    if (!isObject(given)) return apply(original, self, args);
    const { type, sdp } = given;
    const lines = sdp === undefined ? sdp : swap(/^a=candidate.*(?:\r?\n)?/gim, "" + sdp, ([line]) => (mayNotReach(line) ? "" : line));
    args[0] = { __proto__: null, type, sdp: lines };
    return apply(original, self, args);
  });
};

// A peer whose servers are held now has no more calls: it may ask them at any time, or they forward it.
const configOf = method(window.RTCPeerConnection?.prototype, "getConfiguration");
const callers = living();
const hasHeld = (peer) => {
  let held = false;
  peers(configOf(peer), () => (held = true));
  return held;
};
gate.also(() => callers.each((peer, close) => attempt(() => hasHeld(peer) && (close(peer), true))));

// What a notification shows is fetched for it. What is held is left out.
const PICTURES = words("icon image badge");
const pictured = (given) => {
  if (!isObject(given)) return given;
  const options = { __proto__: given };
  for (let i = 0; i < 3; i++) {
    const address = given[PICTURES[i]];
    const text = "" + address;
    defineProperty(options, PICTURES[i], { value: address === undefined || judge(IMAGE, text) ? undefined : text });
  }
  return options;
};
const shown = (given) => {
  const options = pictured(given);
  if (!isObject(options)) return options;
  const { actions } = options;
  if (!isObject(actions)) return { __proto__: options, actions };
  const buttons = [];
  for (const button of actions) append(buttons, pictured(button));
  return { __proto__: options, actions: sequence(buttons) };
};
const notice = (args) => {
  if (args.length > 1) args[1] = shown(args[1]);
  return args;
};

// So are the pictures of what plays. An empty list would leave Chromium with the one before.
const covers = living();
const covered = (all) => {
  if (!isObject(all)) return all;
  const kept = [];
  for (const one of all) {
    const { src, sizes, type } = one;
    const text = src === undefined ? src : "" + src;
    append(kept, { __proto__: null, src: text && judge(IMAGE, text) ? "data:," : text, sizes, type });
  }
  return sequence(kept);
};
const titled = (given) => {
  if (!isObject(given)) return given;
  const { artwork, chapterInfo } = given;
  if (!isObject(chapterInfo)) return { __proto__: given, artwork: covered(artwork), chapterInfo };
  const chapters = [];
  for (const chapter of chapterInfo) append(chapters, { __proto__: chapter, artwork: covered(chapter.artwork) });
  return { __proto__: given, artwork: covered(artwork), chapterInfo: sequence(chapters) };
};
const playing = (win) => {
  const { prototype } = win.MediaMetadata ?? {};
  const [coversOf, cover] = [getter(prototype, "artwork"), setter(prototype, "artwork")];
  patchClass(win, "MediaMetadata", (target, args, newTarget) => {
    if (args.length) args[0] = titled(args[0]);
    const made = construct(target, args, newTarget);
    covers.add(made, (made) => cover(made, covered(coversOf(made))));
    return made;
  });
  patch(prototype, "artwork", (original, self, args) => apply(original, self, args.length ? [covered(args[0])] : args), "set");
};
gate.also(() => gate.taken && covers.each((made, settle) => void attempt(() => settle(made))));

export const streams = (win) => {
  playing(win);
  // What the second line is told, it is told by us.
  patch(win.ServiceWorker?.prototype, "postMessage", (original, self, args) => (isObject(args[0]) && "consentGate" in args[0] ? undefined : apply(original, self, args)));
  patchClass(win, "Notification", (target, args, newTarget) => construct(target, notice(args), newTarget));
  patch(win.ServiceWorkerRegistration?.prototype, "showNotification", (original, self, args) => apply(original, self, notice(args)));
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
  const close = method(peer.prototype, "close");
  patchClass(win, name, (target, args, newTarget) => {
    const made = construct(target, cleaned(args), newTarget);
    callers.add(made, close);
    return made;
  });
  meetings(win, peer);
  if (alias === peer) defineProperty(win, "webkitRTCPeerConnection", { ...describe(win, "webkitRTCPeerConnection"), value: win[name] });
  patch(peer.prototype, "setConfiguration", (original, self, args) => apply(original, self, cleaned(args)));
};
