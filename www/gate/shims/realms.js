// A fresh frame brings fresh natives: a page (one widely used SDK among them) that distrusts the
// window's `fetch` takes the frame's. So every same-origin realm gets the same patches before code of
// the page can reach it, and every document in it is watched from its first element on. And
// `Function.prototype.toString`, by which patches are recognised, answers for the original.
//
// A frame that goes elsewhere keeps its window object but gets another realm, or the same realm and
// another document. Measured in Chromium and Firefox: a message that is posted while the old document is
// being hidden arrives when the new one is there and still empty, whatever it is made of (an address
// of the page's own, `srcdoc`, `blob:`). And where a frame is sent to is told by its `navigation`, whoever
// sends it (a link, a form, a refresh, its `location`); only one that is still blank tells nothing. In WebKit that message comes
// when the new document has run: there a page of text calls the gate itself (pages.js), and one of the site's own is met late.

import { FRAME, judge, whole } from "../gate.js";
import { living } from "../living.js";
import * as N from "../natives.js";
import { Observer, apply, attempt, describe, exec, getPrototypeOf, getter, isRefused, localName, lost, newWeakMap, newWeakSet, originals, patch, queryAll, words } from "../natives.js";
import { ever, hush } from "./held.js";
import { awaited, isPlaceholder, keptAs, markOf, marksOf, read } from "./loads.js";
import { soon } from "../soon.js";
import { intercept } from "./setting.js";
import { judgeValue } from "./tags.js";

// By what all their objects come from.
const homes = newWeakMap();
const realmOf = (document) => {
  let realm = document;
  for (let up = document; up; up = getPrototypeOf(up)) realm = up;
  return realm;
};

// Whoever meets an object of the browser's first gives it its classes, for good: an element of a frame that is handed to a
// function of this window would be none of the frame's. So what hears of a frame is, to the browser, a function of the frame.
const { bind } = Function.prototype;
export const own = (document, act) => {
  const home = document === window.document ? null : homes.get(realmOf(document));
  return home ? apply(bind, home.call, [act, undefined]) : act;
};
export const observer = (document, act) => new (homes.get(realmOf(document))?.Observer ?? Observer)(own(document, act));

const known = newWeakMap(); // document → is it patched?
export const documents = living(); // the same, to go through
let shims = [];

// Patches a window once. `parts` are the other shims, each a function of a window that patches its
// realm; its `page`, if it has one, is a function of a window that watches its document.
export const installAll = (win, parts) => {
  shims = parts;
  install(win);
};

const run = (part, win) => {
  try {
    part?.(win);
  } catch (error) {
    lost[lost.length] = "" + error;
  }
};

const install = (win) => {
  // Reading anything of a window of another origin throws, and there is nothing to do.
  attempt(() => {
    const { document } = win;
    if (known.get(document)) return;
    const realm = realmOf(document);
    if (!homes.has(realm)) {
      homes.set(realm, { __proto__: null, call: win.Function.prototype.call, Observer: win.MutationObserver });
      patch(win.Function.prototype, "toString", (original, self, args) =>
        apply(original, typeof self === "function" ? (originals.get(self) ?? self) : self, args),
      );
      frames(win);
      navigates(win);
      opens(win);
      patch(win.CustomElementRegistry?.prototype, "define", (original, self, args) => {
        ever.custom = true;
        ever.extended ||= args.length > 2;
        return apply(original, self, args);
      });
      for (let i = 0; i < shims.length; i++) run(shims[i], win);
    }
    if (!known.has(document)) documents.add(document);
    known.set(document, true);
    if (win !== window) {
      N.listen(win, "pagehide", own(document, () => soon(() => install(win))));
      attempt(() => N.listen(win.navigation, "navigate", own(document, (event) => attempt(() => sent(win, event))), true));
    }
    for (let i = 0; i < shims.length; i++) run(shims[i].page, win);
  });
};

// A frame is on its way to somewhere else.
const destination = getter(window.NavigateEvent?.prototype, "destination");
const addressOf = getter(window.NavigationDestination?.prototype, "url");
const holderOf = describe(window, "frameElement")?.get;
const sent = (win, event) => {
  const text = addressOf(destination(event));
  const holder = holderOf && apply(holderOf, win, []);
  if (!holder) return;
  ways.set(holder, text);
  if (!mayNotGo(holder, text)) return;
  N.prevent(event);
  N.silence(event);
  // Whoever sends it is still in there, and its page goes on until that is done.
  const act = () => void attempt(() => aim(holder, text));
  if (isCancelable(event)) soon(act);
  else act();
};
const isCancelable = getter(Event.prototype, "cancelable");
// The call, which a blank frame tells nobody of.
const navigates = (win) =>
  patch(win.Navigation?.prototype, "navigate", (original, self, args) => {
    const holder = args.length && self === win.navigation && holderOf && apply(holderOf, win, []);
    if (!holder) return apply(original, self, args);
    const text = attempt(() => whole((args[0] = "" + args[0]), win.document), "");
    if (!attempt(() => mayNotGo(holder, text) && aim(holder, text), true)) return apply(original, self, args);
    const gone = win.Promise.reject(new win.DOMException("Navigation was aborted", "AbortError"));
    gone.catch(() => undefined);
    return { committed: gone, finished: gone };
  });
export const ways = newWeakMap(); // frame → where it was last seen to go
const targetOf = (frame) => (localName(frame) === "object" ? "data" : "src");

// Would a frame wait for that address?
export const mayNotGo = (frame, text) => judgeValue(frame, localName(frame), targetOf(frame), text, markOf(frame)) !== null;
// It is to get it. Answers whether it waits instead.
export const aim = (frame, text) => intercept(frame, targetOf(frame), text);

// `document.open` empties a document and takes every listener off it and its window.
export const reopened = (document) => {
  const win = attempt(() => N.viewOf(document));
  if (!win) return;
  known.set(document, false);
  install(win);
  if (win === window) N.listenAgain();
};

// Loaders of lazy frames send a blank one by its `location`, which nobody can patch, to the address that waits beside it. Where that
// may not load they get its window with a `location` by which the frame is given the address.
const { Proxy } = window;
const veils = newWeakMap(); // frame → such a window
const waits = (frame) => {
  const text = localName(frame) === "iframe" ? awaited(frame, "src") : null;
  return text != null && isPlaceholder(read(frame, "src") ?? "") && judgeValue(frame, "iframe", "src", text, marksOf(frame)) !== null;
};
const bound = (of, key) => {
  const value = of[key];
  return typeof value === "function" && typeof key === "string" && exec(/^[a-z]/, key) ? apply(bind, value, [of]) : value;
};
const veil = (frame, win) => {
  const go = (text) => {
    const address = (text = "" + text) && attempt(() => whole(text, N.ownerDocument(frame)), text);
    if (!attempt(() => aim(frame, address), true)) win.location.replace(text);
    return true;
  };
  const place = new Proxy({ __proto__: null }, {
    __proto__: null,
    get: (_, key) => (key === "replace" || key === "assign" ? (text) => void go(text) : bound(win.location, key)),
    set: (_, key, value) => (key === "href" ? go(value) : ((win.location[key] = value), true)),
  });
  return new Proxy(win, {
    __proto__: null,
    get: (_, key) => (key === "location" ? place : bound(win, key)),
    set: (_, key, value) => (key === "location" ? go(value) : ((win[key] = value), true)),
  });
};

// The window of a frame is looked at where the page can first reach it.
const frames = (win) => {
  const guard = (original, self, args) => {
    const answer = apply(original, self, args);
    frame(self);
    return answer;
  };
  const veiling = (original, self, args) => {
    const answer = guard(original, self, args);
    if (!answer || !attempt(() => waits(self))) return answer;
    if (!veils.has(self)) veils.set(self, veil(self, answer));
    return veils.get(self);
  };
  const names = words("IFrame Frame Object");
  for (let i = 0; i < names.length; i++) {
    const owner = win["HTML" + names[i] + "Element"]?.prototype;
    patch(owner, "contentWindow", veiling, "get");
    patch(owner, "contentDocument", guard, "get");
  }
};

// A blank frame has loaded while it is being put in, and whoever hears that can reach it by its number. So the document
// hears it first; but hearing every picture's load costs more than all else that is done about a picture. It begins
// before a frame comes in, and while a parser may bring one; it ends with the parser where none has come.
// A page that listens to a whole document would hear it sooner: before that listens the gate (late.js).
const framed = newWeakSet(); // documents
export const hear = (document) => {
  framed.add(document);
  listen(document);
};
const hearers = newWeakMap(); // document → what hears its loads
export const listen = (document) => {
  const hearer = hearers.get(document) ?? own(document, loaded);
  hearers.set(document, hearer);
  N.listen(document, "load", hearer, true);
};
export const unlisten = (document) => framed.has(document) || N.unlisten(document, "load", hearers.get(document), true);

// Every frame of a document; of those that are known already, with `anew`, only what is new.
export const framesIn = (document, anew) => {
  const found = queryAll(document, "iframe,frame,object,embed");
  for (let i = 0; found[i]; i++) if (!anew || !watched.has(found[i])) frame(found[i]);
};

const watched = newWeakSet();
const met = living(); // the same, to go through

// A frame that is (or may be) in the document; called after every insertion of one.
export const frame = (element) => {
  hear(N.ownerDocument(element));
  const win = N.frameWindow(element);
  if (win) install(win);
  // An `embed` doesn't tell its window, but the window that it is in does.
  else if (localName(element) === "embed") beside(element);
  // From another origin back to the own one: no old window tells.
  if (watched.has(element)) return;
  watched.add(element);
  met.add(element);
  N.listen(element, "load", () => frame(element));
};

// Every frame of the page that an element is in.
const beside = (element) =>
  attempt(() => {
    const around = N.viewOf(N.ownerDocument(element));
    for (let i = 0; around[i]; i++) install(around[i]);
  });

// A blank frame and a drawing tell at once, in the middle of what is being put in, where other frames may be that tell nothing:
// of a tree or text with a frame that has an address, or of the markup.
let crowds = 0;
export const crowded = (is, run) => {
  if (!is) return run();
  crowds++;
  try {
    return run();
  } finally {
    crowds--;
  }
};
const loaded = (event) => {
  const element = N.eventTarget(event);
  const name = localName(element);
  if (name === "iframe" || name === "frame" || name === "object" || name === "embed") frame(element);
  else if (name !== "svg") return;
  if (crowds || N.readyState(N.ownerDocument(element)) === "loading") beside(element);
  if (ever.held && (N.hasAttribute(element, keptAs("src")) || N.hasAttribute(element, keptAs("srcdoc")))) hush(event);
};

// `window.open`, and `document.open` with three arguments, which is the same. Into a frame it loads a
// frame. A new window is the visitor's business if a gesture of theirs opened it; else it is held as
// browsers hold pop-ups: `null`.
const opens = (win) => {
  const open = (original, self, args) => {
    if (args.length && args[0] !== undefined && !isRefused(args, 2)) {
      const given = (args[0] = "" + args[0]);
      const text = given && attempt(() => whole(given, win.document), given);
      const name = args.length > 1 && args[1] !== undefined ? (args[1] = "" + args[1]) : "";
      const target = attempt(() => frameNamed(win, name));
      if (target ? attempt(() => aim(target, text), true) : text && isPopup(name) && attempt(() => !isGesture() && judge(FRAME, text), true))
        return target ? N.frameWindow(target) : null;
    }
    const answer = apply(original, self, args);
    install(answer);
    return answer;
  };
  patch(win, "open", open);
  patch(win.Document.prototype, "open", (original, self, args) => {
    if (args.length > 2) return open(original, self, args);
    const answer = apply(original, self, args);
    reopened(self);
    return answer;
  });
  // A window that stays on top is told of twice, and in both cases to us first.
  const onTop = attempt(() => win.documentPictureInPicture);
  if (!onTop) return;
  N.listen(onTop, "enter", () => install(inFront(onTop)), true);
  patch(win.DocumentPictureInPicture.prototype, "requestWindow", (original, self, args) => {
    const answer = apply(original, self, args);
    N.then(answer, install, () => undefined);
    return answer;
  });
};

const inFront = getter(window.DocumentPictureInPicture?.prototype, "window");

// A browser that can't tell has a pop-up blocker that can.
export const isGesture = () => N.isGesture() ?? true;
export const isPopup = (name) => exec(/^_(self|parent|top)$/i, name) === null;

// The frame that is meant by a name, which its window may have got without it, in whatever shadow or frame it is; by `_self` a
// window that is one.
export const frameNamed = (win, name) => {
  if (exec(/^_self$/i, name)) return win === window ? null : apply(holderOf, win, []);
  if (!name || !isPopup(name)) return null;
  let near = null;
  let far = null;
  met.each((element) => {
    if (near || !N.isConnected(element)) return;
    if (N.getAttribute(element, "name") !== name && attempt(() => titleOf(N.frameWindow(element))) !== name) return;
    if (N.viewOf(N.ownerDocument(element)) === win) near = element;
    else far ??= element;
  });
  return near ?? far;
};
const titleOf = getter(window, "name");
