// An engine that runs out of stack ends in the middle of what it does, and is never whole again: nothing could be taken back any
// more. So each call takes more than an engine needs, and gives it back, before it begins: a page whose stack is full
// gets its error then.

import { getPrototypeOf, ownKeys } from "./natives.js";

const ROOM = 600;
// It adds something to what it gets, since WebKit lets a call that comes last take the place of its caller.
const take = (left, first, second) => (left ? 1 + take(left - 1, second, first) : 0);

export const steady = (engine) => {
  const calls = { __proto__: null };
  const names = ownKeys(getPrototypeOf(engine));
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    calls[name] = (a, b, c, d, e, f, g) => {
      take(ROOM, a, b);
      return engine[name](a, b, c, d, e, f, g);
    };
  }
  return calls;
};
