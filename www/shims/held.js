// An element that may not load keeps its place and is made inert: a script by its type, any other by
// moving the address to `data-held-…`. Both survive cloning, so a copy of a held element is a held
// element. Releasing puts back what was there and lets the browser do the rest.

import { DEFERRED, FRAME, INLINE_ORDER, NOW, ORDERED, drop, gate, hold } from "../gate.js";
import * as N from "../natives.js";
import { attempt, localName, pin, queryAll } from "../natives.js";
import { HELD, LOADS, TYPE, isParked, judgeValue, marksOf, typeOf } from "./loads.js";

export const tickets = pin(new WeakMap()); // element → ticket, while the quarantine has it
export const orders = pin(new WeakMap()); // script → order, where its attributes don't tell
export const released = pin(new WeakSet()); // scripts
export const done = pin(new WeakSet()); // scripts that were let through or released

export const park = (element, name, attribute, text, loading) => {
  if (name === "script") {
    if (!isParked(element)) N.setAttribute(element, "type", TYPE + (N.getAttribute(element, "type") ?? "-"));
    return;
  }
  N.setAttribute(element, HELD + attribute, text);
  N.removeAttribute(element, attribute);
  // Media goes on playing until it is told that it has nothing left.
  if (loading) attempt(() => N.load(name === "source" ? N.parentNode(element) : element));
  // A frame goes on loading or showing what it has until it is sent elsewhere; `replace` leaves no
  // history. One that is blank, and not on its way, is left alone.
  if (LOADS[name][attribute] !== FRAME) return;
  const shown = attempt(() => N.frameWindow(element));
  if (!shown || (!loading && attempt(() => shown.location.href) === "about:blank")) return;
  attempt(() => shown.location.replace("about:blank"));
};

export const unpark = (element) => {
  if (!isParked(element)) return;
  const type = typeOf(element);
  if (type == null) N.removeAttribute(element, "type");
  else N.setAttribute(element, "type", type);
};

export const orderOf = (element, type = typeOf(element), address = N.hasAttribute(element, "src")) => {
  if (N.hasAttribute(element, "async")) return NOW;
  if (/^\s*module\s*$/i.test(type) || (address && N.hasAttribute(element, "defer"))) return DEFERRED;
  return address ? ORDERED : INLINE_ORDER;
};

// The same for a script that the browser has not prepared: one made by a script is async.
export const liveOrder = (element) => (attempt(() => N.scriptAsync(element)) === true ? NOW : orderOf(element));

// Does it load without being in a document?
export const loadsAnywhere = (name) => name === "img" || name === "audio" || name === "video";

// Puts a made-inert element into the quarantine. Where there is no room it stays inert.
export const enlist = (element, request, order, code) => {
  const known = tickets.get(element);
  if (known) {
    if (known.place === request.place) return;
    drop(known);
  }
  const ticket = {
    element,
    place: request.place,
    // Answers: will an ordered script report that it has loaded or failed?
    release: () => {
      tickets.delete(element);
      return attempt(() => {
        const name = localName(element);
        if (name === "script") return releaseScript(element, ticket, order);
        // Chromium does not follow an address that a frame gets in the very task in which the parser
        // has put it in.
        if (name === "iframe" && N.readyState(document) === "loading") N.setTimeout(() => void attempt(() => releaseOther(element)), 0);
        else releaseOther(element);
        return false;
      }, false);
    },
    refuse: () => undefined,
  };
  if (hold(request, ticket, order, 0, code)) tickets.set(element, ticket);
};

const MOVED = ["src", "srcset", "href", "poster", "data", "type"];
// `data-src` and its like become live; for an element that was marked up as inert.
const activate = (element) => {
  for (let i = 0; i < MOVED.length; i++) {
    const value = N.getAttribute(element, "data-" + MOVED[i]);
    if (value != null) N.setAttribute(element, MOVED[i], value);
  }
};

// The same element is taken out and put in again: that keeps its nonce, needs no policy under
// Trusted Types, and makes the browser prepare it as if for the first time.
const releaseScript = (element, ticket, order) => {
  const inert = N.getAttribute(element, "type");
  unpark(element);
  if (/^\s*text\/plain\s*$/i.test(inert)) {
    N.removeAttribute(element, "type");
    activate(element);
  }
  done.add(element);
  released.add(element);
  const parent = N.parentNode(element);
  if (!parent || !N.isConnected(element)) return false;
  if (order === ORDERED || order === DEFERRED) N.setScriptAsync(element, false);
  const loads = N.hasAttribute(element, "src") && order !== NOW;
  if (loads) {
    const settle = () => {
      N.unlisten(element, "load", settle);
      N.unlisten(element, "error", settle);
      attempt(() => gate.engine.settled(ticket.number));
    };
    N.listen(element, "load", settle);
    N.listen(element, "error", settle);
  }
  const next = N.nextSibling(element);
  N.removeChild(parent, element);
  N.insertBefore(parent, element, next);
  return loads;
};

export const releaseOther = (element) => {
  const name = localName(element);
  const attributes = LOADS[name] ?? {};
  let parked = false;
  for (const attribute in attributes) {
    const value = N.getAttribute(element, HELD + attribute);
    if (value == null) continue;
    parked = true;
    // Judged again: the element may name several hosts, of which one was asked for.
    const request = judgeValue(element, name, attribute, value, marksOf(element));
    if (request) {
      enlist(element, request, NOW);
      continue;
    }
    N.setAttribute(element, attribute, value);
    N.removeAttribute(element, HELD + attribute);
  }
  if (parked) return false;
  activate(element);
  // Media marked as a whole: its sources and tracks are part of it.
  if (name === "video" || name === "audio" || name === "picture") {
    const parts = queryAll(element, "source,track,img");
    for (let i = 0; i < parts.length; i++) if (!marksOf(parts[i])) activate(parts[i]);
    if (name !== "picture") attempt(() => N.load(element));
  }
  return false;
};
