// A frame that comes in with its address tells nobody, and is there while its tree is still being put in: a script in that, or an
// element of the page's own kind, would find a window as the browser makes it. So where such code runs, the frame comes in blank,
// which it tells at once (realms.js), and gets its address when all is in (tree.js). It then has another window than the first, and
// its address stands behind its other attributes; so it is done nowhere else.

import * as N from "../natives.js";
import { attempt, exec, localName, queryAll } from "../natives.js";
import { ever, hushed, trusted } from "./held.js";
import { LOADS, isModule, isParked, keptAs, runs, scriptAddress, typeOf } from "./loads.js";
import { FRAMES, shadowIn } from "./tree.js";

// An address of nothing: such a page comes at once.
export const isBlank = (address) => exec(/^\s*(?:about:blank\s*)?$/i, address) !== null;

// Is there an element of the page's own kind in a tree, or a shadow, where one may be?
export const mayRun = (root) => {
  if (!ever.custom) return false;
  const odd = (element) => exec(/-/, N.nameOf(element)) !== null || shadowIn(element) != null;
  if (ever.extended || (N.nodeType(root) === 1 && odd(root))) return true;
  const found = queryAll(root, "*");
  for (let i = 0; found[i]; i++) if (odd(found[i])) return true;
  return false;
};

// One that is about to come in, and runs at once.
const isInline = (element) => localName(element) === "script" && !isParked(element) && scriptAddress(element) == null && runs(typeOf(element)) && !isModule(typeOf(element));

// `coming`: what will be settled when it is in. `trees`: what comes in, and what goes out.
export const blanked = (coming, trees) => {
  let code = false;
  let framed = false;
  for (let i = 0; i < coming.length; i++) {
    code ||= isInline(coming[i]);
    framed ||= isFrame(coming[i]);
  }
  for (let i = 0; framed && !code && i < trees.length; i++) code = attempt(() => mayRun(trees[i]), false);
  if (!framed || !code) return;
  for (let i = 0; i < coming.length; i++) if (isFrame(coming[i])) blank(coming[i]);
};
const isFrame = (element) => FRAMES[localName(element)] > 1;
const blank = (frame) => {
  for (const attribute in LOADS[localName(frame)]) {
    const value = N.getAttribute(frame, attribute);
    if (value == null || (attribute === "src" && isBlank(value))) continue;
    if (attribute === "srcdoc") {
      const page = attempt(() => N.trustedHtml(value));
      if (page === undefined) continue; // nobody could give it back
      trusted.set(frame, page);
    }
    ever.held = true;
    hushed(frame, "load", true);
    N.setAttribute(frame, keptAs(attribute), value);
    N.removeAttribute(frame, attribute);
  }
};
