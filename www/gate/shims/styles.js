// Styles that scripts set and sheets that they fill. A text in which no held address stands passes as it is; in any other
// just that address is barred (css.js), and what a page reads back is what it has set. Each place where something was
// barred waits in the quarantine; when it is released its text is judged again, so that of several addresses each goes
// when it may.

import { FETCH, FONT, STYLE, gate, isSettled, judge, today } from "../gate.js";
import { living } from "../living.js";
import * as N from "../natives.js";
import { apply, attempt, construct, defineProperty, describe, exec, getter, list, listed, method, newWeakMap, newWeakSet, originals, patch, patchClass, sequence, setter, slice, startsWith, swap, upper, words } from "../natives.js";
import { heldCss, isBarred, mayLoad, unbarred } from "./css.js";
import { enlist, ever, hushed } from "./held.js";
import { STYLES } from "./loads.js";
import { wait } from "./network.js";

const places = newWeakMap(); // whatever has a text → ticket

const { queueMicrotask } = window;
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
const ruleKind = getter(rules, "type");
const IMPORT = 3;
const importedBy = getter(window.CSSImportRule?.prototype, "styleSheet");
const inRoot = (key) => {
  const [ofDocument, ofShadow] = [window.Document, window.ShadowRoot].map((owner) => getter(owner?.prototype, key));
  return (root) => attempt(() => ofDocument(root)) ?? attempt(() => ofShadow(root));
};
const sheetsOf = inRoot("styleSheets");
const adoptedBy = inRoot("adoptedStyleSheets");
const sheetIn = getter(window.HTMLStyleElement?.prototype, "sheet");

// The text of a place by today's word. `put` is called if that isn't what stands there; answers what in it is held.
const judged = (text, put, of) => {
  const whole = unbarred(text);
  const held = heldCss(whole, of);
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

// The text of a `<style>`, which is not that of elements in it.
const textIn = (element) => {
  if (!N.firstOfElement(element)) return N.textContent(element);
  let text = "";
  for (let node = N.firstChild(element); node; node = N.nextSibling(node)) if (N.nodeType(node) < 5 && N.nodeType(node) > 2) text += N.textContent(node);
  return text;
};

// Its text is to be another one. A library may keep the pieces that it is in, so what differs goes into the first of them that has it.
const retell = (element, text) => {
  const first = N.firstChild(element);
  if (first === N.lastChild(element)) return N.setText(element, text);
  const before = textIn(element);
  const most = before.length < text.length ? before.length : text.length;
  let from = 0;
  let behind = 0;
  while (from < most && before[from] === text[from]) from++;
  while (behind < most - from && before[before.length - 1 - behind] === text[text.length - 1 - behind]) behind++;
  const to = before.length - behind;
  let piece = slice(text, from, text.length - behind);
  let at = 0;
  for (let node = first; node; node = N.nextSibling(node)) {
    if (N.nodeType(node) > 4 || N.nodeType(node) < 3) continue;
    const own = N.textContent(node);
    if (at + own.length >= from && at <= to) {
      const now = slice(own, 0, from < at ? 0 : from - at) + piece + slice(own, to - at);
      if (now !== own) N.setText(node, now);
      piece = "";
    }
    at += own.length;
  }
};

// A `<style>`. Its text put anew would take away what scripts have put into its sheet since.
const filled = newWeakSet();
export let pieced = false; // is there one whose text is in pieces?
export const settleSheet = (element) => {
  if (N.firstChild(element) !== N.lastChild(element)) pieced = true;
  const sheet = attempt(() => sheetIn(element));
  const request = judged(textIn(element), (text) => (filled.has(sheet) ? settleRules(sheet) : retell(element, text)), element);
  hushed(element, "error", !!request);
  return enter(element, element, request, settleSheet);
};

// The attributes of an element.
export const settleStyle = (element) => {
  let first = null;
  for (let i = 0; i < STYLES.length; i++) {
    const text = N.getAttribute(element, STYLES[i]);
    if (text) first = judged(text, (now) => N.setAttribute(element, STYLES[i], now), element) ?? first;
  }
  return enter(element, element, first, settleStyle);
};

// A sheet that was filled rule by rule. A rule of which something is barred is put in anew.
const settleRules = (sheet) => {
  let first = null;
  const found = rulesOf(sheet);
  for (let i = 0; found[i]; i++) {
    const text = ruleText(found[i]);
    const request = judged(text, (now) => {
      deleteRule(sheet, i);
      insertRule(sheet, now, i);
    });
    first ??= request;
    const imported = ruleKind(found[i]) === IMPORT && attempt(() => importedBy(found[i]));
    if (imported) attempt(() => settleRules(imported));
  }
  return enter(sheet, null, first, settleRules);
};

// Every sheet of a document, or of a root in its shadow, after a change of what is allowed.
// Those that many roots adopt were made by scripts, and are looked at once.
export const settleSheets = (root) => {
  const sheets = [sheetsOf(root), N.nodeType(root) === 9 && adoptedBy(root)];
  for (let i = 0; i < 2; i++) for (let j = 0, sheet; (sheet = sheets[i]?.[j]); j++) attempt(() => settleRules(sheet));
};

// What scripts have made and no document may show: sheets, effects of animations, fonts; each with what judges it again.
const made = living();
gate.also(() => gate.taken && made.each((thing, settle) => void attempt(() => settle(thing))));

const met = newWeakSet(); // sheets
const meet = (sheet) => {
  if (met.has(sheet)) return false;
  met.add(sheet);
  made.add(sheet, settleRules);
  return true;
};

const settleRuleOf = (part) => {
  const sheet = attempt(() => sheetOf(part));
  return sheet ? settleRules(sheet) : false;
};

// The text of an argument with what is held barred. A fault of our own leaves nothing of it.
export const barred = (value, of, kind, name) => {
  if (typeof value !== "string") return null;
  return attempt(() => heldCss(value, of, kind, startsWith(name ?? "", "--")), { text: "" });
};

// The properties in which an address can stand, and how scripts spell them.
const PROPERTIES = words(
  "background background-image border-image border-image-source content cursor list-style list-style-image mask mask-image " +
    "mask-border mask-border-source mask-box-image mask-box-image-source clip-path shape-outside offset offset-path filter backdrop-filter " +
    "box-reflect fill stroke marker marker-start marker-mid marker-end src",
);
const camel = (name) => swap(/-(.)/g, name, (found) => upper(found[1]));

const unarmed = newWeakMap(); // prototype → what arms it

export const styles = (win) => {
  // An argument in which a style stands.
  const sink = (owner, key, at, settle, part) =>
    patch(owner?.prototype, key, (original, self, args) => {
      if (args[at] != null) {
        if (at) args[0] = "" + args[0];
        args[at] = "" + args[at];
        // It may be copied from where it was barred.
        if (isBarred(args[at])) args[at] = unbarred(args[at]);
      }
      const held = barred(args[at], undefined, STYLE, at ? args[0] : "");
      if (settle === settleRules) filled.add(self);
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
  // They are many, so they wait for the first who asks for a declaration.
  const owners = words("HTMLElement SVGElement MathMLElement CSSStyleRule CSSPageRule CSSKeyframeRule CSSFontFaceRule CSSNestedDeclarations");
  let waiting = list();
  const known = attempt(() => N.createElement(win.document, "p").style, {});
  const arm = () => {
    const found = waiting;
    waiting = null;
    for (let i = 0; i < found.length; i++) if (describe(found[i][0], "style").get === found[i][2]) defineProperty(found[i][0], "style", found[i][1]);
    properties(win, known, sink, told);
  };
  // What is frozen can't be armed any more.
  const frozen = (original, self, args) => {
    const act = unarmed.get(args[0]);
    if (act) attempt(act);
    return apply(original, self, args);
  };
  const freezes = words("freeze seal preventExtensions");
  for (let i = 0; i < 3; i++) patch(win.Object, freezes[i], frozen);
  patch(win.Reflect, "preventExtensions", frozen);
  const declared = [CSSStyleDeclaration, win.CSSStyleProperties];
  for (let i = 0; i < 2; i++) if (declared[i]) unarmed.set(declared[i].prototype, arm);
  for (let i = 0; i < owners.length; i++) {
    const owner = win[owners[i]]?.prototype;
    const native = owner && describe(owner, "style");
    if (!native) continue;
    patch(owner, "style", (original, self, args) => {
      if (waiting) attempt(arm);
      return apply(original, self, args);
    }, "get");
    waiting[waiting.length] = [owner, native, describe(owner, "style").get];
  }

  const inserts = ["CSSStyleSheet", "CSSGroupingRule", "CSSStyleRule"];
  for (let i = 0; i < 3; i++) sink(win[inserts[i]], "insertRule", 0, i ? settleRuleOf : settleRules);
  sink(win.CSSKeyframesRule, "appendRule", 0, settleRuleOf);
  sink(CSSStyleSheet, "addRule", 1, settleRules);
  sink(CSSStyleSheet, "replaceSync", 0, settleRules);
  // A sheet may have a base of its own. One that is held is none.
  patchClass(win, "CSSStyleSheet", (target, args, newTarget) => {
    const given = args[0];
    if (typeof given === "object" && given) {
      const { media, disabled, baseURL } = given;
      const text = baseURL === undefined ? baseURL : "" + baseURL;
      args[0] = { __proto__: null, media, disabled, baseURL: text && attempt(() => judge(STYLE, text), true) ? undefined : text };
    }
    const sheet = construct(target, args, newTarget);
    meet(sheet);
    return sheet;
  });
  // One that came as a module nobody has met. What is done with the list of those that are adopted is seen when its task is over.
  const adopters = [win.Document, win.ShadowRoot];
  for (let i = 0; i < 2; i++) {
    const owner = adopters[i]?.prototype;
    const adopted = getter(owner, "adoptedStyleSheets");
    const look = (of) => {
      const sheets = adopted(of);
      for (let j = 0; sheets[j]; j++) if (meet(sheets[j])) attempt(() => settleRules(sheets[j]));
    };
    patch(owner, "adoptedStyleSheets", (original, self, args) => {
      apply(original, self, args);
      attempt(() => look(self));
    }, "set");
    patch(owner, "adoptedStyleSheets", (original, self, args) => {
      const answer = apply(original, self, args);
      apply(queueMicrotask, window, [() => attempt(() => look(self))]);
      return answer;
    }, "get");
  }
  patch(CSSStyleSheet.prototype, "replace", (original, self, args) => {
    const held = args.length && barred((args[0] = "" + args[0]));
    if (!held) return apply(original, self, args);
    args[0] = held.text;
    const answer = apply(original, self, args);
    N.then(answer, () => attempt(() => settleRules(self)), () => undefined);
    return answer;
  });
  typed(win);
  animated(win);
  fonts(win);
};

// Chromium has no accessors for properties, but lets one that stands on the prototype come first.
const properties = (win, known, sink, told) => {
  const { prototype } = win.CSSStyleDeclaration;
  const get = method(prototype, "getPropertyValue");
  const set = method(prototype, "setProperty");
  const getterOf = describe(prototype, "cssText").get;
  for (let i = 0; i < PROPERTIES.length * 2; i++) {
    const name = (i % 2 ? "-webkit-" : "") + PROPERTIES[i >> 1];
    const spellings = [name, camel(name), i % 2 ? "w" + slice(camel(name), 1) : name];
    for (let j = 0; j < 3; j++) {
      const key = spellings[j];
      if (j && key === name) continue;
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
              const held = barred(value != null ? (value = "" + value) : value);
              set(this, name, held ? held.text : value);
              if (held) attempt(() => settleDeclaration(this));
            },
          },
          key,
        );
        // As browsers list them.
        made.enumerable = exec(/^[a-z][^-]*$/, key) !== null;
        originals.set(made.get, getterOf).set(made.set, getterOf);
        defineProperty(prototype, key, made);
      }
    }
  }
};

// Styles as objects: whatever has a text with something held in it is given as text.
const typed = (win) => {
  const names = ["set", "append"];
  const textOf = method(win.CSSStyleValue?.prototype, "toString");
  for (let i = 0; i < 2; i++)
    patch(win.StylePropertyMap?.prototype, names[i], (original, self, args) => {
      if (args.length) args[0] = "" + args[0];
      const given = listed(args);
      let request = null;
      for (let j = 1; j < args.length; j++) {
        const text = attempt(() => textOf(args[j])) ?? (args[j] = "" + args[j]);
        const held = barred(text, undefined, STYLE, args[0]);
        if (!held) continue;
        args[j] = held.text;
        request ??= held.request;
      }
      const answer = apply(original, self, args);
      if (request) enter(self, null, request, () => void attempt(() => apply(original, self, given)));
      return answer;
    });
  patch(win.CSS, "registerProperty", (original, self, args) => {
    if (typeof args[0] === "object" && args[0]) {
      const { name, syntax, inherits, initialValue } = args[0];
      const text = initialValue === undefined ? initialValue : "" + initialValue;
      args[0] = { __proto__: null, name, syntax, inherits, initialValue: barred(text, undefined, STYLE, "--")?.text ?? text };
    }
    return apply(original, self, args);
  });
};

// Animations by script: their steps are objects, or one object of lists. They are read once, as the browser reads them, and
// what was read is passed on.
const { keys } = Object;
const { iterator } = Symbol;
const steps = newWeakMap(); // effect → its steps, if there is an address in them
const animated = (win) => {
  const copy = (value, found, inside) => {
    if (typeof value === "string") {
      const text = unbarred(value);
      found.named ||= mayLoad(text);
      const held = barred(text, undefined, STYLE, inside);
      if (held) found.request ??= held.request;
      return held ? held.text : text;
    }
    if (!value || (typeof value !== "object" && typeof value !== "function")) return value;
    const each = value[iterator];
    if (each != null) {
      const all = list();
      for (const one of { __proto__: null, [iterator]: () => apply(each, value, []) }) all[all.length] = copy(one, found, inside);
      return sequence(all);
    }
    if (inside !== undefined) return copy("" + value, found, inside);
    // These are read wherever they come from.
    const { offset, easing, composite } = value;
    const answer = { __proto__: null, offset, easing, composite };
    const names = keys(value);
    for (let i = 0; i < names.length; i++) answer[names[i]] = copy(value[names[i]], found, names[i]);
    return answer;
  };
  const setFrames = method(win.KeyframeEffect?.prototype, "setKeyframes");
  // What an effect goes through, judged again: `released`, or where something of it is held now.
  const settle = (effect, released) => {
    const found = { __proto__: null, request: null };
    const now = copy(steps.get(effect), found);
    if (!released && !found.request) return;
    setFrames(effect, now);
    keep(effect, now, found.request);
  };
  const keep = (effect, frames, request) => {
    if (!steps.has(effect)) made.add(effect, (effect) => settle(effect));
    steps.set(effect, frames);
    enter(effect, null, request, (effect) => settle(effect, true));
  };
  const guard = (args, at, effectOf, run, known) => {
    const found = { __proto__: null, request: null, named: known };
    if (args.length > at) args[at] = copy(args[at], found);
    const answer = run();
    if (found.named) attempt(() => keep(effectOf(answer), args[at], found.request));
    return answer;
  };
  const effectOf = getter(win.Animation?.prototype, "effect");
  patch(win.Element.prototype, "animate", (original, self, args) => guard(args, 0, effectOf, () => apply(original, self, args)));
  patch(win.KeyframeEffect?.prototype, "setKeyframes", (original, self, args) => guard(args, 0, () => self, () => apply(original, self, args), steps.has(self)));
  patchClass(win, "KeyframeEffect", (target, args, newTarget) => {
    const other = args.length === 1 && steps.get(args[0]);
    const effect = guard(args, 1, (effect) => effect, () => construct(target, args, newTarget));
    if (other) attempt(() => keep(effect, other, null));
    return effect;
  });
};

// A font by script keeps the address that it was made with, so another one takes its place, and whoever asked it to load
// gets that one's word. One that was granted when it was made, and hasn't loaded when that is taken back, goes out of the document.
const { isView } = ArrayBuffer;
const sizeOf = getter(ArrayBuffer.prototype, "byteLength");
const statusOf = getter(window.FontFace?.prototype, "status");
const waiting = newWeakMap(); // held face → its request, what to do with its twin, and is it to be in the document?
const twins = newWeakMap(); // released face → the one that loads
const fonts = (win) => {
  const { FontFace, FontFaceSet } = win;
  const set = attempt(() => win.document.fonts);
  if (!FontFace || !set) return;
  const has = method(FontFaceSet?.prototype, "has");
  const add = method(FontFaceSet?.prototype, "add");
  const remove = method(FontFaceSet?.prototype, "delete");
  const load = method(FontFace.prototype, "load");
  // `twinOf` answers what takes its place once it may.
  const holdFace = (face, request, twinOf, shown) => {
    waiting.set(face, { __proto__: null, request, asked: list(), shown });
    enter(face, null, request, () => {
      const twin = twinOf();
      const { asked, shown } = waiting.get(face);
      if (shown || has(set, face)) add(set, twin);
      waiting.delete(face);
      if (twin !== face) twins.set(face, twin);
      for (let i = 0; i < asked.length; i++) asked[i]?.(load(twin));
    });
  };
  // It may load; until that is taken back.
  const free = (face, text) => {
    if (typeof text !== "string" || !mayLoad(text)) return;
    made.add(face, (face) => {
      const held = !waiting.has(face) && statusOf(face) === "unloaded" && barred(text, undefined, FONT);
      if (held) holdFace(face, held.request, () => face, remove(set, face));
    });
  };
  patchClass(win, "FontFace", (target, args, newTarget) => {
    // Bytes, or text.
    if (args[1] != null && !isView(args[1]) && attempt(() => sizeOf(args[1])) === undefined) args[1] = "" + args[1];
    const given = listed(args);
    const held = barred(args[1], undefined, FONT);
    if (held) args[1] = held.text;
    const face = construct(target, args, newTarget);
    if (!held) free(face, given[1]);
    else
      holdFace(face, held.request, () => {
        const twin = construct(target, given);
        free(twin, given[1]);
        return twin;
      });
    return face;
  });
  const heldFace = (face) => waiting.get(twins.get(face) ?? face);
  const listing = (shown) => (original, self, args) => {
    const held = heldFace(args[0]);
    if (held?.shown === undefined) return apply(original, self, args);
    const before = held.shown;
    held.shown = shown;
    return shown ? self : before;
  };
  patch(FontFaceSet?.prototype, "add", listing(true));
  patch(FontFaceSet?.prototype, "delete", listing(false));
  // A call like any other: it waits for an answer, and fails with a no, while the face waits on.
  patch(FontFace.prototype, "load", (original, self, args) => {
    const held = heldFace(self);
    if (!held) return apply(original, twins.get(self) ?? self, args);
    return new win.Promise((done, failed) => {
      const { asked } = held;
      const at = asked.length;
      asked[at] = done;
      const fail = () => {
        asked[at] = null;
        failed(new win.DOMException("A network error occurred.", "NetworkError"));
      };
      const request = { ...today(held.request), kind: FETCH };
      if (isSettled(request) || !wait(request, 0, () => undefined, fail)) fail();
    });
  });
};
