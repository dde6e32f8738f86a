// The page's side of workers made of text: what nest.js needs here, and the channel by which workers hear
// of changes and tell what they have held.

import { OUTLINE } from "../calls.js";
import { IMPORT, WORKER, gate, judge } from "../gate.js";
import { living } from "../living.js";
import * as N from "../natives.js";
import { apply, attempt, charCode, construct, describe, exec, list, method, newMap, newWeakMap, patch, patchClass, sequence, slice, swap, trustedText } from "../natives.js";
import { calls } from "./inside/calls.js";
import { kit } from "./inside/kit.js";
import { outline } from "./inside/outline.js";
import { prelude } from "./inside/prelude.js";
import { nest, scan } from "./nest.js";
import { bodies, requests } from "./requests.js";

const { BroadcastChannel, JSON, Math } = window;
const { stringify } = JSON;
const post = method(BroadcastChannel?.prototype, "postMessage");
const name = "" + Math.random() + Math.random();
const front = "(" + prelude + ")(self,[" + [nest, scan, bodies, requests, kit, outline, calls] + "],";
let channel;

// Without an engine only the page's own host passes.
const outlined = () => (gate.engine ? gate.engine.read(OUTLINE) : "w0 =" + N.home.hostname + " * \nd2");

// The name stands in what workers are made of, and errors may tell it; but no script of a page, or of such a worker, opens a channel
// of that name, or sends a message like ours.
const open = () => {
  if (channel || !BroadcastChannel) return;
  channel = new BroadcastChannel(name);
  N.listen(channel, "message", ({ data }) => void (typeof data === "string" && attempt(() => judge(WORKER, data))));
  gate.also(() => {
    const news = { __proto__: null, to: name, lines: outlined() };
    post(channel, news);
    apart.each((worker) => {
      attempt(() => send(worker, news));
      attempt(() => sendTo(worker, news));
    });
  });
};

// Workers of an origin of their own, or their ports, which hear no channel.
const { MessagePort, Worker } = window;
const send = method(Worker?.prototype, "postMessage");
const sendTo = method(MessagePort?.prototype, "postMessage");
const apart = living();

// As ASCII: parts of it go into addresses.
const hex = (code) => (code < 16 ? "" : hex(code >> 4)) + "0123456789abcdef"[code & 15];
const quote = (text) => swap(/[^ -~]/g, stringify(text), (found) => "\\u" + slice("000" + hex(charCode(found[0], 0)), -4));
const text = (address) => {
  attempt(open);
  return front + quote(outlined()) + "," + quote(name) + "," + quote(address) + ")";
};

export const books = { blobs: newMap(), parts: newWeakMap(), shared: newMap() };
const held = (address) => judge(IMPORT, address);

export const workers = (win) => {
  patchClass(win, "BroadcastChannel", (target, args, newTarget) => {
    if (args.length && (args[0] = "" + args[0]) === name) args[0] = "";
    return construct(target, args, newTarget);
  });
  patch(win.Worker?.prototype, "postMessage", (original, self, args) => {
    let to = typeof args[0] === "object" && args[0] ? describe(args[0], "to") : undefined;
    // What answers when it is asked is asked once, as the browser would.
    if (to?.get) to = describe((args[0] = { ...args[0] }), "to");
    if (to?.value !== name) return apply(original, self, args);
  });
  nest(win, scan, { construct, apply, describe, patch, patchClass, judge: held, quote, text, told: apart.add, books, trustedText, exec, list, newMap, sequence, base: () => N.baseURI(win.document) });
};
