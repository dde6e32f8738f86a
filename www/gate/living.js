// What is there for as long as the page keeps it: documents, frames, workers, open connections and databases, and what scripts have
// made that stands in no document.

import { WeakRef, attempt, deref, list } from "./natives.js";

// Finds a thing without keeping it.
const weakly = (thing) => {
  const ref = new WeakRef(thing);
  return () => deref(ref);
};

// A list of such things, in order. `add` takes one and what is known about it, or what finds it; `each` goes through those
// that are still there, and those for which `act` answers true are no longer of them; `end` closes those that are over.
export const living = () => {
  let all = list();
  let bound = 100;
  const each = (act) => {
    const before = all;
    all = list();
    for (let i = 0; i < before.length; i++) {
      const one = before[i];
      const thing = one.find();
      if (thing && !act?.(thing, one.about)) all[all.length] = one;
    }
  };
  const add = (thing, about, find = weakly(thing)) => {
    if (all.length >= bound) {
      each();
      bound = 2 * all.length + 100;
    }
    all[all.length] = { __proto__: null, find, about };
  };
  const end = (isOver, close) => each((thing, about) => isOver(about) && (attempt(() => close(thing, about)), true));
  return { __proto__: null, add, each, end };
};
