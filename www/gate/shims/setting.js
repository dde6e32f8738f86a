// A value of what an element loads by is about to be set, in whatever way: it is held or let through.

import { MEDIA, NOW, SCRIPT, judge } from "../gate.js";
import * as N from "../natives.js";
import { apply, attempt, localName, lower, startsWith, trustedText } from "../natives.js";
import { done, enlistWhere, ever, forget, liveOrder, orders, park, trusted, unpark } from "./held.js";
import { CONDITIONS, KIND, LOADS, MARKS, TYPE, isParked, keptAs, markOf, read, runs, scriptAddress } from "./loads.js";
import { reframe } from "./pages.js";
import { judgeValue } from "./tags.js";
import { FRAMES, playApart, remark, retold, settle } from "./tree.js";

// A value is about to be set. Answers whether it was held instead.
export const intercept = (element, attribute, text) => {
  const name = localName(element);
  if (name === "script" && attribute === "type") {
    // One that was none may become one.
    if (!isParked(element) && !(runs(text) && !done.has(element) && isHeldScript(element))) return false;
    // The text may be a held script's own, where attributes are copied one by one.
    N.setAttribute(element, "type", startsWith(text, TYPE) ? text : TYPE + text);
    return true;
  }
  if (isCondition(name, attribute)) return prejudge(element, name);
  const how = LOADS[name]?.[attribute];
  if (how === undefined) return false;
  const waited = forget(element);
  const mark = markOf(element);
  const request = judgeValue(element, name, attribute, text, mark);
  if (!request) {
    if (how === MEDIA || attribute === "srcset") playApart(element);
    if (name === "script") unpark(element);
    else if (ever.held) {
      N.removeAttribute(element, keptAs(attribute));
      // Another of its addresses may still be held.
      if (waited) settle([element]);
    }
    return FRAMES[name] > 1 && (N.isWebKit || attribute === "src") && reframe(element, attribute, text);
  }
  if (FRAMES[name] > 1 && !mark && reframe(element, attribute, text)) return true;
  if (name === "script" && !isParked(element)) orders.set(element, liveOrder(element));
  park(element, name, attribute, text);
  enlistWhere(element, name, request, orders.get(element) ?? NOW);
  // A script keeps its address: with that type it is inert.
  return name !== "script";
};

const isHeldScript = (element) => {
  const address = scriptAddress(element);
  return address != null && judge(SCRIPT, address, markOf(element), false, element) !== null;
};

// What an element loads as is about to be said otherwise, or how a picture is asked for, which then is asked for anew: an address that is
// there already must not be taken at that word.
export const isCondition = (name, attribute) =>
  (CONDITIONS[name] !== undefined && lower(CONDITIONS[name]) === attribute) || (name === "img" && (attribute === "crossorigin" || attribute === "referrerpolicy"));
export const prejudge = (element, name) => {
  for (const attribute in LOADS[name]) {
    const value = read(element, attribute);
    if (value != null && judge(LOADS[name][attribute] & KIND, value, markOf(element), false, element)) park(element, name, attribute, value);
  }
  return false;
};

// An argument is turned into text once, and that text is passed on; only a trusted value is
// passed on as it is, because it can't answer differently the second time.
export const passed = (value, text) => (trustedText(value) === undefined ? text : value);

// Sets an attribute by the native way unless it is held.
export const set = (element, name, text, original, self, args) => {
  let held = true;
  try {
    held = intercept(element, name, text);
    const value = args[args.length - 1];
    if (held && typeof value === "object") trusted.set(element, value);
  } catch {}
  if (held) return;
  const answer = apply(original, self, args);
  changed(element, name);
  return answer;
};

// What counts besides addresses has been set or taken away.
export const changed = (element, name) => {
  if (name === "type") retyped(element);
  else if (name === MARKS[0]) attempt(() => remark(element));
  else if (isCondition(localName(element), name)) attempt(() => settle([element]));
};

// A script that has not run is prepared when anything is put into it, by the type that it has then.
const retyped = (script) => localName(script) === "script" && attempt(() => N.isConnected(script) && retold(script, N.textContent(script)));
