// A script that is released after the page has loaded waits in vain for `DOMContentLoaded` and
// `load`. Its listeners for them, and its alone, are called in the order of these events as soon as everything
// that is released with it has run. Whether a script was released is known to held.js; there is no rule here.

import { PAUSED } from "../calls.js";
import { gate } from "../gate.js";
import * as N from "../natives.js";
import { apply, attempt, defineProperty, describe, getter, newWeakMap, patch } from "../natives.js";
import { isLate, round } from "./held.js";
import { aborted } from "./network.js";
import { hear, own } from "./realms.js";

const { Event, PageTransitionEvent, queueMicrotask } = window;

const past = newWeakMap(); // document → which of its events are over
// The order in which they come.
const TYPES = { __proto__: null, DOMContentLoaded: 1, readystatechange: 3, load: 4, pageshow: 5 };

const note = (event) => {
  const over = past.get(N.eventTarget(event));
  if (over) over[event.type] = true;
};

// Which listeners wait, and for what each was ever called: as by the event itself, once.
let due = [];
let waiting = 0;
const called = newWeakMap();

const flush = () => {
  // Nor while more is to be released, in the next slice.
  if (round.loading || !due.length || attempt(() => gate.engine.ask(PAUSED, 0, ""), 0)) return;
  const all = due;
  due = [];
  for (let rank = 1; rank < 6; rank++) for (let i = 0; i < all.length; i++) if (all[i].rank === rank) queueMicrotask(all[i].run);
};
round.over = gate.resumed = () => {
  if (due.length) queueMicrotask(flush);
};

export const late = (win) => {
  const call = (self, type, listener) => {
    const event = type === "pageshow" ? new PageTransitionEvent(type) : new Event(type, { bubbles: type === "DOMContentLoaded" });
    const told = { target: win.document, currentTarget: self, eventPhase: self === win && event.bubbles ? 3 : 2 };
    for (const key in told) defineProperty(event, key, { value: told[key], configurable: true });
    if (typeof listener === "function") apply(listener, self, [event]);
    else listener.handleEvent(event);
  };
  // It must be what the event would have reached, and the event must be over.
  const missed = (self, type) => {
    const { document } = win;
    return (
      past.get(document)?.[type] &&
      (type === "readystatechange" ? self === document && N.readyState(document) === "complete" : self === win || (self === document && TYPES[type] < 4)) &&
      isLate(N.currentScript(document))
    );
  };
  const keyOf = (self, type, options) => type + (self === win) + !!(options && typeof options === "object" ? options.capture : options);
  const enlist = (self, type, listener, key, isSet, options) => {
    const { once, signal } = options && typeof options === "object" ? options : {};
    let known = called.get(listener);
    if (!known) called.set(listener, (known = { __proto__: null }));
    if (known[key]) return;
    known[key] = 1;
    waiting++;
    const run = () => {
      waiting--;
      if (known[key] !== 1 || (isSet && !isSet()) || (signal && aborted(signal))) return;
      if (once) N.unlisten(self, type, listener, options);
      known[key] = 2;
      call(self, type, listener);
    };
    due[due.length] = { rank: TYPES[type] + (type === "DOMContentLoaded" && self === win ? 1 : 0), run };
    round.over();
  };

  // Before a page hears the loads of a whole document, the gate does (realms.js).
  const ahead = (self, args, least) => {
    if (args.length >= least && (args[0] = "" + args[0]) === "load") attempt(() => N.nodeType(self) === 9 && hear(self));
  };
  patch(win.EventTarget.prototype, "addEventListener", (original, self, args) => {
    ahead(self, args, 2);
    const answer = apply(original, self, args);
    const type = args[0];
    if (TYPES[type] && args[1]) attempt(() => missed(self ?? win, type) && enlist(self ?? win, type, args[1], keyOf(self ?? win, type, args[2]), null, args[2]));
    return answer;
  });
  // What it answers hears as a listener does.
  patch(win.EventTarget.prototype, "when", (original, self, args) => {
    ahead(self, args, 1);
    return apply(original, self, args);
  });
  // Taken off before its turn.
  patch(win.EventTarget.prototype, "removeEventListener", (original, self, args) => {
    const type = args[0];
    if (waiting && TYPES[type] && args[1])
      attempt(() => {
        const known = called.get(args[1]);
        const key = keyOf(self ?? win, type, args[2]);
        if (known?.[key] === 1) known[key] = 0;
      });
    return apply(original, self, args);
  });
  // A property counts if it still has that function when its turn comes.
  const handler = (owner, key, type) => {
    const read = getter(owner, key);
    patch(owner, key, (original, self, args) => {
      apply(original, self, args);
      const listener = args[0];
      const of = type === "readystatechange" ? self : win;
      if (typeof listener === "function") attempt(() => missed(of, type) && enlist(of, type, listener, key, () => read(self ?? win) === listener));
    }, "set");
  };
  const owner = describe(win, "onload") ? win : win.Window.prototype;
  handler(owner, "onload", "load");
  handler(owner, "onpageshow", "pageshow");
  handler(win.HTMLBodyElement.prototype, "onload", "load");
  handler(win.Document.prototype, "onreadystatechange", "readystatechange");
};

late.page = (win) => {
  const { document } = win;
  const done = N.readyState(document) === "complete";
  past.set(document, { __proto__: null, DOMContentLoaded: done, load: done, pageshow: done, readystatechange: true });
  N.listen(win, "DOMContentLoaded", own(document, note), true);
  N.listen(win, "load", own(document, note), true);
  N.listen(win, "pageshow", own(document, note), true);
};
