// An element that may not load keeps its place and is made inert: a script by its type, any other by
// moving the address to `data-held-…`. Both survive cloning, so a copy of a held element is a held
// element. Releasing puts back what was there and lets the browser do the rest.

import { SETTLED } from "../calls.js";
import { DEFERRED, FRAME, INLINE, INLINE_ORDER, NOW, ORDERED, SCRIPT, drop, gate, hold, judge, markActivated, whole } from "../gate.js";
import { living } from "../living.js";
import * as N from "../natives.js";
import { VERDICT } from "../numbers.js";
import { attempt, exec, getter, localName, newMap, newWeakMap, newWeakSet, queryAll, setter, startsWith, written } from "../natives.js";
import {
  KIND, LOADS, TYPE, awaited, erase, isIdle, isInert, isModule, isParked, isPlaceholder, keptAs, kindOf, markOf, marksOf, runs, scriptAddress, typeOf, write,
} from "./loads.js";
import { heldImport } from "./modules.js";
import { judgeValue } from "./tags.js";

export const tickets = newWeakMap(); // element → ticket, while the quarantine has it
export const heldBy = newWeakMap(); // element → the marks that it was held with last
export const orders = newWeakMap(); // script → order, where its attributes don't tell
export const released = newWeakSet(); // scripts
export const brought = newWeakSet(); // scripts that those have put in while they ran
export const isLate = (script) => released.has(script) || brought.has(script);
export const done = newWeakSet(); // scripts that were let through or released

// How many released scripts have not told yet that they have run, and what then waits for none being left.
export const round = { loading: 0, over: () => {} };

// What Trusted Types let nobody write again: element → the trusted value that was given.
export const trusted = newWeakMap();

// Was anything ever held on this page, is there a frame or what tree.js looks for like one, a root in a shadow, a frame in such a root,
// an element of the page's own kind, one that is such a kind of a known one, a script that waits, sound or film? As long as there is none, nobody need look for it.
// `own`: the interface's root, which is none of the page's, unless it puts something into it.
export const ever = { held: false, framed: false, shadowed: false, deep: false, custom: false, extended: false, script: false, media: false, own: null };

// Told of a frame when it is held, and when the blank page of a held one has come (placeholders.js).
export const frames = { __proto__: null, blank: () => {} };

// That a held frame's blank page has loaded, and a barred sheet has not, is nobody's business.
export const hush = (event) => {
  N.silence(event);
  frames.blank(N.eventTarget(event));
};
export const hushed = (element, type, on) => (on ? N.listen : N.unlisten)(element, type, hush, true);

const emptied = newWeakSet(); // frames whose blank page is a step in the history
// Each new frame has a window to be patched: that many, and the page doesn't stand still.
let renewed = 0;
const MOST_RENEWED = 30;
// A frame loses its address, what it shows, and what it is on its way to.
const empty = (frame, attribute, loading) => {
  const shown = attempt(() => N.frameWindow(frame));
  const at = shown && attempt(() => shown.location.href, "");
  // Beside a page in its text an address loads nothing, but it may have been sent there.
  const hasPage = attribute === "src" && N.hasAttribute(frame, "srcdoc");
  const leaves = shown && at !== "about:blank" && !(hasPage && at === "about:srcdoc");
  // What it had shown when it was allowed stays a step in the visitor's history: taken out and put in again, it is another frame; but
  // one with such a page would show that again. And a sealed page in its text is as good as never called back otherwise.
  const isRenewed = loading && (attribute === "srcdoc" ? shown : leaves && gate.taken && !hasPage && renewed++ < MOST_RENEWED);
  const parent = isRenewed && N.parentNode(frame);
  const next = parent && N.nextSibling(frame);
  if (parent) N.removeChild(parent, frame);
  erase(frame, attribute);
  // A page that is left may have its say about the elements beside it.
  if (parent && !N.parentNode(frame)) N.insertBefore(parent, frame, next && N.parentNode(next) === parent ? next : null);
  if (leaves) {
    // The blank page of a new frame doesn't tell where it is sent (realms.js), another one does.
    emptied.add(frame);
    attempt(() => N.frameWindow(frame).location.replace("about:blank"));
  } else if (shown && loading && !hasPage && !parent) attempt(() => shown.stop());
};

export const park = (element, name, attribute, text, loading) => {
  ever.held = true;
  if (name === "script") {
    ever.script = true;
    if (!isParked(element)) N.setAttribute(element, "type", TYPE + (N.getAttribute(element, "type") ?? "-"));
    return;
  }
  N.setAttribute(element, keptAs(attribute), text);
  const isFrame = (LOADS[name][attribute] & KIND) === FRAME;
  // A sheet of the markup may be on its way already.
  if (isFrame || name === "link") hushed(element, "load", true);
  if (isFrame) return empty(element, attribute, loading);
  erase(element, attribute);
  // Media goes on playing until it is told that it has nothing left.
  if (loading) attempt(() => N.load(name === "source" ? N.parentNode(element) : element));
};

export const unpark = (element) => {
  if (!isParked(element)) return;
  const type = typeOf(element);
  if (type == null) N.removeAttribute(element, "type");
  else N.setAttribute(element, "type", type);
};

export const orderOf = (element, type = typeOf(element), address = N.hasAttribute(element, "src")) => {
  if (N.hasAttribute(element, "async")) return NOW;
  if (isModule(type) || (address && N.hasAttribute(element, "defer"))) return DEFERRED;
  return address ? ORDERED : INLINE_ORDER;
};

// The same for a script that the browser has not prepared: one made by a script is async.
export const liveOrder = (element) => (attempt(() => N.scriptAsync(element)) === true ? NOW : orderOf(element));

// Does it load without being in a document?
const loadsAnywhere = (name) => name === "img" || name === "audio" || name === "video";

// Held, but in no document, so that it has no place in the quarantine. It may come in within a tree that nobody has noted.
export const loose = living();

// Gives a held thing to the quarantine, under `key` in `books`. Where there is no room it stays held. `release`
// answers: will an ordered script report that it has loaded or failed?
export const enlist = (books, key, element, request, release, order = NOW, code = "") => {
  const known = books.get(key);
  if (known) {
    if (known.place === request.place) return;
    drop(known);
  }
  const ticket = {
    __proto__: null,
    number: 0,
    gone: false,
    element,
    place: request.place,
    release: () => {
      books.delete(key);
      return attempt(() => release(ticket), false) === true;
    },
    refuse: () => undefined,
  };
  if (hold(request, ticket, order, 0, code)) books.set(key, ticket);
};

// By what a script is marked with by now.
const mayRun = (script) => {
  const address = awaited(script, "src") ?? scriptAddress(script);
  const request = judge(address == null ? INLINE : SCRIPT, address ?? "about:blank", marksOf(script), true, script);
  return request !== null && (request.code & VERDICT) === 0;
};
export const enlistElement = (element, request, order, code) => {
  const name = localName(element);
  const marks = marksOf(element);
  heldBy.set(element, marks);
  enlist(tickets, element, element, request, (ticket) => {
    if (marksOf(element) !== marks && !(name === "script" && mayRun(element))) return gate.remark(element);
    if (name === "script") {
      // It may import from several hosts, of which one was asked for.
      const more = runs(typeOf(element)) && !marksOf(element) && heldImport(element, typeOf(element));
      return more ? enlistElement(element, more, order, code) : releaseScript(element, ticket, order);
    }
    // Chromium does not follow an address that a frame gets in the very task in which the parser
    // has put it in.
    if (name === "iframe" && N.readyState(document) === "loading") N.setTimeout(() => void attempt(() => releaseOther(element)), 0);
    else releaseOther(element);
  }, order, code);
  if (name === "iframe") frames.blank(element);
};

// The same where it stands in a document, or loads without.
export const enlistWhere = (element, name, request, order) => {
  if (loadsAnywhere(name) || N.isConnected(element)) enlistElement(element, request, order);
  else loose.add(element);
};

// What it was held for is no longer so.
export const forget = (element) => {
  const known = tickets.get(element);
  if (!known) return false;
  drop(known);
  tickets.delete(element);
  return true;
};

const MOVED = ["src", "srcset", "href", "poster", "data", "type"];
// `data-src` and its like become live; for an element that was marked up as inert, by `marks`. What is granted by them may have
// an address beside it that never loads. And one that is code does not: such names come through filters that let no live one in.
const activate = (element, marks) => {
  markActivated(element, marks);
  for (let i = 0; i < MOVED.length; i++) {
    const value = awaited(element, MOVED[i]);
    if (value != null && !startsWith(whole(value, N.ownerDocument(element)), "javascript:") && !judgeValue(element, localName(element), MOVED[i], value, marks))
      N.setAttribute(element, MOVED[i], value);
  }
};
// The same for what belongs to it: media marked as a whole have sources and tracks.
const each = (element, act) => {
  act(element);
  const parts = exec(/^(?:video|audio|picture)$/, localName(element)) ? queryAll(element, "source,track,img") : [];
  for (let i = 0; parts[i]; i++) if (!marksOf(parts[i])) act(parts[i]);
};
// As what such an element waits, and with which address: the first that is there.
export const planOf = (element) => {
  let kind = kindOf(element, localName(element), "src");
  let address = null;
  each(element, (part) => {
    for (let i = 0; address == null && i < 5; i++) {
      address = awaited(part, MOVED[i]);
      if (address == null) continue;
      kind = kindOf(part, localName(part), MOVED[i]);
      if (i === 1) address = exec(/\S+/, address)?.[0];
    }
  });
  return { kind, address: address ?? "about:blank" };
};

// Held scripts that never run by themselves, since to the browser, or to the page, they have started: those that were made of text, and
// copies of what is held. Such a text may be the page's own, read and given back with more in it, and such a copy may stand where the
// script was: then the script that was held has gone by the time that its turn comes, and comes in the place of its copy.
const started = newWeakSet();
const doubles = newWeakSet(); // those that the browser would run
export const markStarted = (script) => {
  ever.script = true;
  started.add(script);
};
export const isStarted = (script) => started.has(script);
let gone = newMap(); // what a script says → the script
const saysOf = (script) => scriptAddress(script) + "\n" + N.textContent(script);
const keep = (script) => {
  if (!gone.size) N.setTimeout(() => (gone = newMap()), LONGEST);
  gone.set(saysOf(script), script);
};
const original = (copy) => {
  const script = gone.get(saysOf(copy));
  return script && !N.isConnected(script) ? script : null;
};
// A script makes copies: those of what has started are started, and those of what is held where it stands.
export const copyStarted = (from, to) => {
  for (let i = 0; from[i] && to[i]; i++) {
    const isHeld = N.isConnected(from[i]) && (isParked(from[i]) || tickets.has(from[i]));
    if (isHeld) doubles.add(to[i]);
    if (isHeld || started.has(from[i])) started.add(to[i]);
  }
};
// One that is marked up to run once it may is meant to, however it came: another is made in its place. Where the page's policy goes by
// nonces, it has to bear ours, since the browser trusts what we make.
const { HTMLElement, HTMLScriptElement } = window;
const nonceOf = getter(HTMLElement.prototype, "nonce");
const setNonce = setter(HTMLElement.prototype, "nonce");
const setScript = setter(HTMLScriptElement.prototype, "text");
export const spent = newWeakSet(); // lists of rules that were taken back
const another = (element, marks) => {
  if (N.nonce && nonceOf(element) !== N.nonce) return null;
  const made = N.createElement(N.ownerDocument(element), "script");
  const names = N.attributeNames(element);
  for (let i = 0; i < names.length; i++) attempt(() => N.setAttribute(made, names[i], vouched(names[i], N.getAttribute(element, names[i]))));
  setNonce(made, nonceOf(element));
  setScript(made, N.trustedScript(N.textContent(element)));
  if (marks) markActivated(made, marks);
  done.add(made);
  released.add(made);
  return made;
};
const vouched = (name, text) => (name === "src" ? N.trustedAddress(text) : text);

// How long others wait for a script that was released, in milliseconds.
const LONGEST = 60_000;

// The same element is taken out and put in again: that keeps its nonce, needs no policy under
// Trusted Types, and makes the browser prepare it as if for the first time.
const releaseScript = (element, ticket, order) => {
  const marks = marksOf(element);
  const waits = isInert(N.getAttribute(element, "type"));
  const isMeant = waits || (scriptAddress(element) == null && awaited(element, "src") != null);
  const inOrder = (script) => (order === ORDERED || order === DEFERRED) && attempt(() => N.setScriptAsync(script, false));
  unpark(element);
  if (isMeant) {
    if (waits) N.removeAttribute(element, "type");
    // It is on its way as soon as it has its address.
    inOrder(element);
    activate(element, marks);
  }
  done.add(element);
  released.add(element);
  const parent = N.parentNode(element);
  const hasStarted = started.has(element);
  if (!parent || !N.isConnected(element)) {
    if (!hasStarted) keep(element);
    return false;
  }
  const renewed = () => attempt(() => another(element, marks));
  const script = hasStarted ? (original(element) ?? (isMeant && !doubles.has(element) && renewed())) : spent.has(element) ? renewed() : element;
  if (!script) {
    if (doubles.has(element)) park(element, "script");
    return false;
  }
  inOrder(script);
  const loads = scriptAddress(script) != null && order !== NOW && !isIdle(script);
  if (loads) {
    round.loading++;
    const settle = () => {
      N.clearTimeout(timer);
      N.unlisten(script, "load", settle);
      N.unlisten(script, "error", settle);
      attempt(() => gate.engine.tell(SETTLED, ticket.number));
      round.loading--;
      round.over();
    };
    N.listen(script, "load", settle);
    N.listen(script, "error", settle);
    // One whose frame is taken away meanwhile tells nothing more.
    const timer = N.setTimeout(settle, LONGEST);
  }
  again(element, parent, script);
  return loads;
};

export const again = (element, parent, instead = element) => {
  const next = N.nextSibling(element);
  N.removeChild(parent, element);
  N.insertBefore(parent, instead, next);
};

export const releaseOther = (element) => {
  const name = localName(element);
  let parked = false;
  for (const attribute in LOADS[name]) {
    const value = N.getAttribute(element, keptAs(attribute));
    if (value == null) continue;
    if (!isPlaceholder(value) || awaited(element, attribute) == null) parked = true;
    // Judged again: the element may name several hosts, of which one was asked for.
    const request = judgeValue(element, name, attribute, value, markOf(element));
    if (request) {
      enlistElement(element, request, NOW);
      continue;
    }
    if (name === "link" || (LOADS[name][attribute] & KIND) === FRAME) hushed(element, "load", false);
    const given = trusted.get(element);
    const parent = N.parentNode(element);
    // From such a page its own would be another step.
    const anew = parent && emptied.has(element) && N.isConnected(element);
    const next = anew && N.nextSibling(element);
    if (anew) N.removeChild(parent, element);
    write(element, attribute, given && written(given) === value ? given : value);
    N.removeAttribute(element, keptAs(attribute));
    if (anew) N.insertBefore(parent, element, next);
    emptied.delete(element);
    // These look at it only when they are put in…
    if (parent && (attribute === "imagesrcset" || name === "set" || name === "animate")) again(element, parent);
  }
  const marks = marksOf(element);
  if (!parked && marks) each(element, (part) => activate(part, marks));
  // …and media look at their sources only once.
  if (name === "source") attempt(() => N.mediaState(N.parentNode(element)) === 3 && N.load(N.parentNode(element)));
  if (!parked && (name === "video" || name === "audio")) attempt(() => N.load(element));
};
