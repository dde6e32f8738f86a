// A fresh frame brings fresh natives: a page (one widely used SDK among them) that distrusts the
// window's `fetch` takes the frame's. So every same-origin realm gets the same patches the moment it
// can be reached. And `Function.prototype.toString`, by which patches are recognised, answers for
// the original.

import * as N from "../natives.js";
import { apply, attempt, describe, lost, originals, patch, pin } from "../natives.js";

const realms = pin(new WeakSet());
let shims = [];

// Patches a window once; `parts` are the other shims, each a function of a window.
export const installAll = (win, parts) => {
  shims = parts;
  install(win);
};

const install = (win) => {
  // Reading anything of a window of another origin throws, and there is nothing to do.
  attempt(() => {
    if (!win || realms.has(win) || !win.document) return;
    realms.add(win);
    patch(win.Function.prototype, "toString", (original, self, args) =>
      apply(original, typeof self === "function" ? (originals.get(self) ?? self) : self, args),
    );
    frames(win);
    for (let i = 0; i < shims.length; i++) {
      try {
        shims[i](win);
      } catch (error) {
        lost[lost.length] = "" + error;
      }
    }
  });
};

// The window of a frame is looked at where the page can first reach it.
const frames = (win) => {
  const guard = (original, self, args) => {
    const answer = apply(original, self, args);
    frame(self);
    return answer;
  };
  const names = ["HTMLIFrameElement", "HTMLFrameElement", "HTMLObjectElement"];
  for (let i = 0; i < names.length; i++) {
    const owner = win[names[i]]?.prototype;
    patch(owner, "contentWindow", guard, "get");
    patch(owner, "contentDocument", guard, "get");
  }
};

const watched = pin(new WeakSet());
const renew = (event) => frame(event.currentTarget);

// A frame that is (or may be) in the document; called after every insertion of one.
export const frame = (element) => {
  install(attempt(() => N.frameWindow(element)) ?? attempt(() => contentOf(element)));
  // A same-origin navigation brings a new window.
  if (watched.has(element)) return;
  watched.add(element);
  N.listen(element, "load", renew);
};

const other = describe(window.HTMLObjectElement?.prototype ?? {}, "contentWindow")?.get;
const contentOf = (element) => other && apply(other, element, []);
