// A script that is released after the page has loaded waits in vain for `DOMContentLoaded` and
// `load`. Its listeners for them, and its alone, are called as soon as it has run. Whether a
// script was released is known to held.js; there is no rule here.

import * as N from "../natives.js";
import { apply, attempt, defineProperty, describe, getter, newWeakMap, patch } from "../natives.js";
import { released } from "./held.js";

const currentScript = getter(window.Document.prototype, "currentScript");
const { Event, queueMicrotask } = window;

const past = newWeakMap(); // document → which of its events are over
const TYPES = { __proto__: null, DOMContentLoaded: 1, load: 1, readystatechange: 1 };

const note = (event) => {
  const over = past.get(N.eventTarget(event));
  if (over) over[event.type] = true;
};

export const late = (win) => {
  const call = (self, type, listener) => {
    const event = new Event(type);
    defineProperty(event, "target", { value: type === "load" ? win.document : self, configurable: true });
    defineProperty(event, "currentTarget", { value: self, configurable: true });
    if (typeof listener === "function") apply(listener, self, [event]);
    else listener.handleEvent(event);
  };
  // It must be what the event would have reached, and the event must be over.
  const missed = (self, type) => {
    const { document } = win;
    return (
      past.get(document)?.[type] &&
      (type === "readystatechange" ? self === document && N.readyState(document) === "complete" : self === win || (self === document && type !== "load")) &&
      released.has(currentScript(document))
    );
  };

  patch(win.EventTarget.prototype, "addEventListener", (original, self, args) => {
    const answer = apply(original, self, args);
    const type = args[0];
    const listener = args[1];
    if (TYPES[type] && listener && attempt(() => missed(self ?? win, type), false))
      apply(queueMicrotask, win, [() => call(self ?? win, type, listener)]);
    return answer;
  });
  const owner = describe(win, "onload") ? win : win.Window.prototype;
  patch(owner, "onload", (original, self, args) => {
    apply(original, self, args);
    if (typeof args[0] === "function" && attempt(() => missed(win, "load"), false))
      apply(queueMicrotask, win, [() => call(win, "load", args[0])]);
  }, "set");
};

late.page = (win) => {
  const { document } = win;
  const done = N.readyState(document) === "complete";
  past.set(document, { __proto__: null, DOMContentLoaded: done, load: done, readystatechange: true });
  N.listen(win, "DOMContentLoaded", note, true);
  N.listen(win, "load", note, true);
};
