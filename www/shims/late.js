// A script that is released after the page has loaded waits in vain for `DOMContentLoaded` and
// `load`. Its listeners for them, and its alone, are called as soon as it has run. Whether a
// script was released is known to held.js; there is no rule here.

import * as N from "../natives.js";
import { apply, attempt, defineProperty, describe, getter, patch } from "../natives.js";
import { released } from "./held.js";

const currentScript = getter(window.Document.prototype, "currentScript");
const { Event, queueMicrotask } = window;

export const late = (win) => {
  const { document } = win;
  const over = { __proto__: null };
  const note = (event) => {
    if (event.target === document) over[event.type] = true;
  };
  N.listen(win, "DOMContentLoaded", note, true);
  N.listen(win, "load", note, true);
  if (N.readyState(document) === "complete") over.DOMContentLoaded = over.load = true;
  over.readystatechange = true;

  const call = (self, type, listener) => {
    const event = new Event(type);
    defineProperty(event, "target", { value: type === "load" ? document : self, configurable: true });
    defineProperty(event, "currentTarget", { value: self, configurable: true });
    if (typeof listener === "function") apply(listener, self, [event]);
    else listener.handleEvent(event);
  };
  // It must be what the event would have reached, and the event must be over.
  const missed = (self, type) =>
    over[type] &&
    (type === "readystatechange" ? self === document && N.readyState(document) === "complete" : self === win || (self === document && type !== "load")) &&
    released.has(currentScript(document));

  patch(win.EventTarget.prototype, "addEventListener", (original, self, args) => {
    const answer = apply(original, self, args);
    const [type, listener] = args;
    if (over[type] && listener && attempt(() => missed(self ?? win, type), false))
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
