// Styles that scripts set and sheets that they fill. A text in which no held address stands passes as it is; in any other
// just that address is barred (css.js), and what a page reads back is what it has set. Each place where something was
// barred waits in the quarantine; when it is released its text is judged again, so that of several addresses each goes
// when it may.

import { FONT } from "../gate.js";
import * as N from "../natives.js";
import { apply, attempt, construct, defineProperty, describe, exec, getter, list, method, newWeakMap, originals, patch, patchClass, setter, words } from "../natives.js";
import { heldCss, isBarred, unbarred } from "./css.js";
import { enlist, ever, hushed } from "./held.js";
import { DRAWINGS } from "./loads.js";

const places = newWeakMap(); // whatever has a text → ticket

const declarations = window.CSSStyleDeclaration?.prototype;
const sheets = window.CSSStyleSheet?.prototype;
const rules = window.CSSRule?.prototype;
const cssText = getter(declarations, "cssText");
const setCssText = setter(declarations, "cssText");
const rulesOf = getter(sheets, "cssRules");
const insertRule = method(sheets, "insertRule");
const deleteRule = method(sheets, "deleteRule");
const ruleText = getter(rules, "cssText");
const sheetOf = getter(rules, "parentStyleSheet");

// The text of a place by today's word. `put` is called if that isn't what stands there; answers what in it is held.
const judged = (text, put) => {
  const whole = unbarred(text);
  const held = heldCss(whole);
  const now = held ? held.text : whole;
  if (now !== text) put(now);
  return held?.request;
};

// Lists a place if something in it is held, `settle` being what judges it again. Answers whether it is.
const enter = (place, element, request, settle) => {
  if (!request) return false;
  ever.held = true;
  enlist(places, place, element, request, () => void settle(place));
  return true;
};

const settleDeclaration = (declaration) =>
  enter(declaration, null, judged(cssText(declaration), (text) => setCssText(declaration, text)), settleDeclaration);

// A `<style>`.
export const settleSheet = (element) => {
  const request = judged(N.textContent(element), (text) => N.setText(element, text));
  hushed(element, "error", !!request);
  return enter(element, element, request, settleSheet);
};

// The attributes of an element.
export const settleStyle = (element) => {
  let first = null;
  for (let i = 0; i < DRAWINGS.length; i++) {
    const text = N.getAttribute(element, DRAWINGS[i]);
    if (text) first = judged(text, (now) => N.setAttribute(element, DRAWINGS[i], now)) ?? first;
  }
  return enter(element, element, first, settleStyle);
};

// A sheet that was filled rule by rule. A rule of which something is barred is put in anew.
const settleRules = (sheet) => {
  let first = null;
  const found = rulesOf(sheet);
  for (let i = 0; i < found.length; i++) {
    const text = ruleText(found[i]);
    if (!isBarred(text)) continue;
    const request = judged(text, (now) => {
      deleteRule(sheet, i);
      insertRule(sheet, now, i);
    });
    first ??= request;
  }
  return enter(sheet, null, first, settleRules);
};

const settleRuleOf = (part) => {
  const sheet = attempt(() => sheetOf(part));
  return sheet ? settleRules(sheet) : false;
};

// The text of an argument with what is held barred. A fault of our own leaves nothing of it.
const barred = (value, kind) => {
  if (typeof value !== "string") return null;
  return attempt(() => heldCss(value, kind), { text: "" });
};

// The properties in which an address can stand.
const PROPERTIES = words(
  "background background-image border-image border-image-source content cursor list-style list-style-image mask mask-image " +
  "mask-border mask-border-source mask-box-image mask-box-image-source clip-path shape-outside offset offset-path filter backdrop-filter " +
  "box-reflect fill stroke marker marker-start marker-mid marker-end src",
);

export const styles = (win) => {
  // An argument in which a style stands.
  const sink = (owner, key, at, settle, part) =>
    patch(owner?.prototype, key, (original, self, args) => {
      if (typeof args[at] === "object" && args[at]) args[at] = "" + args[at];
      const held = barred(args[at]);
      if (!held) return apply(original, self, args);
      args[at] = held.text;
      const answer = apply(original, self, args);
      attempt(() => settle(self));
      return answer;
    }, part);
  const told = (owner, key, part) =>
    patch(owner?.prototype, key, (original, self, args) => {
      const answer = apply(original, self, args);
      return ever.held && typeof answer === "string" && isBarred(answer) ? unbarred(answer) : answer;
    }, part);

  const { CSSStyleDeclaration, CSSStyleSheet } = win;
  sink(CSSStyleDeclaration, "cssText", 0, settleDeclaration, "set");
  sink(CSSStyleDeclaration, "setProperty", 1, settleDeclaration);
  told(CSSStyleDeclaration, "cssText", "get");
  told(CSSStyleDeclaration, "getPropertyValue");
  told(win.CSSRule, "cssText", "get");
  properties(win, sink, told);

  const inserts = ["CSSStyleSheet", "CSSGroupingRule", "CSSStyleRule"];
  for (let i = 0; i < 3; i++) sink(win[inserts[i]], "insertRule", 0, i ? settleRuleOf : settleRules);
  sink(win.CSSKeyframesRule, "appendRule", 0, settleRuleOf);
  sink(CSSStyleSheet, "addRule", 1, settleRules);
  sink(CSSStyleSheet, "replaceSync", 0, settleRules);
  patch(CSSStyleSheet.prototype, "replace", (original, self, args) => {
    const held = barred(args[0]);
    if (!held) return apply(original, self, args);
    args[0] = held.text;
    const answer = apply(original, self, args);
    then(answer, () => attempt(() => settleRules(self)), () => undefined);
    return answer;
  });
  typed(win);
  animated(win);
  fonts(win);
};
const upper = method(window.String.prototype, "toUpperCase");
const then = method(window.Promise.prototype, "then");

// Chromium has no accessors for properties, but lets one that stands on the prototype come first.
const properties = (win, sink, told) => {
  const { prototype } = win.CSSStyleDeclaration;
  const get = method(prototype, "getPropertyValue");
  const set = method(prototype, "setProperty");
  const getterOf = describe(prototype, "cssText").get;
  const known = attempt(() => win.document.createElement("p").style) ?? {};
  for (let i = 0; i < PROPERTIES.length * 2; i++) {
    const name = (i % 2 ? "-webkit-" : "") + PROPERTIES[i >> 1];
    const camel = swap(/-(.)/g, name, (found) => upper(found[1]));
    const spellings = [name, camel, swap(/^W/g, camel, () => "w")];
    for (let j = 0; j < 3; j++) {
      const key = spellings[j];
      const owner = describe(prototype, key) ? win.CSSStyleDeclaration : describe(win.CSSStyleProperties?.prototype ?? {}, key) ? win.CSSStyleProperties : null;
      if (owner) {
        sink(owner, key, 0, settleDeclaration, "set");
        told(owner, key, "get");
      } else if (key in known) {
        const made = describe(
          {
            get [key]() {
              return unbarred(get(this, name));
            },
            set [key](value) {
              const held = barred(typeof value === "object" && value ? (value = "" + value) : value);
              set(this, name, held ? held.text : value);
              if (held) attempt(() => settleDeclaration(this));
            },
          },
          key,
        );
        originals.set(made.get, getterOf).set(made.set, getterOf);
        defineProperty(prototype, key, made);
      }
    }
  }
};

// Arguments, one of them perhaps another.
const copyOf = (args, at, value) => {
  const copy = list();
  for (let i = 0; i < args.length; i++) copy[i] = i === at ? value : args[i];
  return copy;
};

// Styles as objects: whatever has a text with something held in it is given as text.
const typed = (win) => {
  const names = ["set", "append"];
  for (let i = 0; i < 2; i++)
    patch(win.StylePropertyMap?.prototype, names[i], (original, self, args) => {
      const given = copyOf(args);
      let request = null;
      for (let j = 1; j < args.length; j++) {
        const held = attempt(() => barred("" + args[j]));
        if (!held) continue;
        args[j] = held.text;
        request ??= held.request;
      }
      const answer = apply(original, self, args);
      if (request) enter(self, null, request, () => void attempt(() => apply(original, self, given)));
      return answer;
    });
  patch(win.CSS, "registerProperty", (original, self, args) => {
    const held = attempt(() => barred(args[0].initialValue));
    return apply(original, self, held ? [{ ...args[0], initialValue: held.text }] : args);
  });
};

// Animations by script: their steps are objects, or one object of lists.
const animated = (win) => {
  const { isArray } = Array;
  const copy = (value, found) => {
    if (typeof value === "string") {
      const held = barred(value);
      if (held) found.request ??= held.request;
      return held ? held.text : value;
    }
    if (!value || typeof value !== "object") return value;
    const answer = isArray(value) ? [] : {};
    for (const key in value) answer[key] = copy(value[key], found);
    return answer;
  };
  const setFrames = method(win.KeyframeEffect?.prototype, "setKeyframes");
  const guard = (frames, effectOf, run) => {
    const found = { request: null };
    const safe = attempt(() => copy(frames, found), null);
    const answer = run(found.request ? safe : frames);
    if (found.request) enter(answer ?? found, null, found.request, () => void attempt(() => setFrames(effectOf(answer), frames)));
    return answer;
  };
  const effectOf = getter(win.Animation?.prototype, "effect");
  patch(win.Element.prototype, "animate", (original, self, args) => guard(args[0], effectOf, (frames) => apply(original, self, copyOf(args, 0, frames))));
  patch(win.KeyframeEffect?.prototype, "setKeyframes", (original, self, args) => guard(args[0], () => self, (frames) => apply(original, self, [frames])));
  patchClass(win, "KeyframeEffect", (target, args, newTarget) =>
    guard(args[1], (effect) => effect, (frames) => construct(target, copyOf(args, 1, frames), newTarget)),
  );
};

// A font by script keeps the address that it was made with, so another one takes its place, and whoever asked it to load
// gets that one's word.
const waiting = newWeakMap(); // held face → what to do with its twin
const fonts = (win) => {
  const { FontFace } = win;
  const set = attempt(() => win.document.fonts);
  if (!FontFace || !set) return;
  const has = method(win.FontFaceSet?.prototype, "has");
  const add = method(win.FontFaceSet?.prototype, "add");
  const load = method(FontFace.prototype, "load");
  patchClass(win, "FontFace", (target, args, newTarget) => {
    const given = copyOf(args);
    const held = barred(args[1], FONT);
    if (!held) return construct(target, args, newTarget);
    args[1] = held.text;
    const face = construct(target, args, newTarget);
    waiting.set(face, list());
    enter(face, null, held.request, () => {
      const twin = construct(target, given);
      if (has(set, face)) add(set, twin);
      const asked = waiting.get(face);
      waiting.delete(face);
      for (let i = 0; i < asked.length; i++) asked[i](load(twin));
    });
    return face;
  });
  patch(FontFace.prototype, "load", (original, self, args) => {
    const asked = waiting.get(self);
    return asked ? new win.Promise((done) => void (asked[asked.length] = done)) : apply(original, self, args);
  });
};
