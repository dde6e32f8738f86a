// Modules. What an inline script imports stands in its text, and holds it. What a module of the site's
// own imports, or a script by `import()`, only the page's import map can stop: addresses that are held are
// mapped to one that every browser refuses. The map is written when a page first shows that it uses
// modules at all, and never where it could spoil the site's own.
//
// Browsers without several maps to a page take the first and no other, and none after the first module. So there
// ours is written only when a first module is met and no map has been.

import { FAULT, IMPORTS } from "../calls.js";
import { IMPORT, NOBODY, gate, judge } from "../gate.js";
import * as N from "../natives.js";
import { attempt, exec, getter, indexOf, method, newMap, newSet, newWeakMap, newWeakSet, parse, queryAll, setter, slice, startsWith, swap } from "../natives.js";
import { isModule, scriptAddress } from "./loads.js";
import { scan } from "./nest.js";
import { textIn } from "./tags.js";

// With what was asked for in it, by which it is known.
const NOWHERE = "https:" + NOBODY;
const nowhere = (address) => NOWHERE + slice(address, indexOf(address, "//") + 2);
const MAPS = 'script[type="importmap" i]';
const { JSON, Object, HTMLElement, HTMLScriptElement } = window;
const { parse: read, stringify: write } = JSON;
const { keys } = Object;
const setNonce = setter(HTMLElement.prototype, "nonce");
const setText = setter(HTMLScriptElement.prototype, "text");

// Several maps came to Chromium 133 with the one, which is not Chromium's alone as the other is, and to Safari 18.4 with iterators.
const several = ("moveBefore" in window.Element.prototype && "webkitRequestFileSystem" in window) || (N.isWebKit && "Iterator" in window);
const supported = several || attempt(() => HTMLScriptElement.supports("importmap"), false);

const own = newWeakSet(); // our elements
const barred = newWeakMap(); // document → { address or name: what it stood for }

const put = (document, map) => {
  const text = write(map);
  const script = N.createElement(document, "script");
  own.add(script);
  N.setAttribute(script, "type", "importmap");
  if (N.nonce) setNonce(script, N.nonce);
  setText(script, N.trustedScript(text));
  const root = N.rootOf(document);
  N.insertBefore(root, script, null);
  N.removeChild(root, script);
};

// Whoever names what `map` names gets nothing.
const bar = (document, entries) => {
  const known = barred.get(document);
  const imports = { __proto__: null };
  let any = false;
  const names = keys(entries);
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    if (known[name] !== undefined) continue;
    known[name] = entries[name];
    imports[name] = nowhere(entries[name]);
    any = true;
  }
  if (any) put(document, { __proto__: null, imports });
};

const held = () => {
  const entries = { __proto__: null };
  const all = gate.engine.read(IMPORTS);
  for (let from = 0, to; (to = indexOf(all, " ", from)) > 0; from = to + 1) entries[slice(all, from, to)] = slice(all, from, to);
  return entries;
};

// What modules in files have asked for in vain, of which only the browser's list of requests tells: address → the entry that barred it.
const missed = newMap();
const { PerformanceEntry, PerformanceObserver, PerformanceObserverEntryList } = window;
const watch = method(PerformanceObserver?.prototype, "observe");
const entriesIn = method(PerformanceObserverEntryList?.prototype, "getEntries");
const nameOf = getter(PerformanceEntry?.prototype, "name");
const look = (seen) => {
  const all = entriesIn(seen);
  for (let i = 0; i < all.length; i++) {
    const name = nameOf(all[i]);
    if (!startsWith(name, NOWHERE)) continue;
    const address = "https://" + slice(name, NOWHERE.length);
    if (missed.size < MISSED && !missed.has(address) && judge(IMPORT, address)) missed.set(address, entryOf(address));
  }
};
const MISSED = 100;
const entryOf = (address) => {
  const names = keys(barred.get(document));
  for (let i = 0; i < names.length; i++) if (startsWith(address, names[i]) && names[i] !== address) return names[i];
};
// A browser doesn't ask twice: what may come by `now` comes with the next page.
const tellMissed = (now) => {
  let words = "";
  missed.forEach((entry, address) => {
    if (entry ? now[entry] : judge(IMPORT, address)) return;
    missed.delete(address);
    words += (words && ", ") + address;
  });
  if (words) gate.engine.ask(FAULT, 0, "reload-needed modules of this page have asked for " + words + " while it was held, and a browser asks once for each: they run when the page is loaded again");
};

// The page uses modules: `first` says that the browser has not begun with one.
const arm = (document, first) => {
  if (barred.has(document) || !gate.engine || !supported) return;
  if (!several && (!first || queryAll(document, MAPS)[0])) return;
  barred.set(document, { __proto__: null });
  attempt(() => bar(document, held()));
  if (document === window.document) attempt(() => watch(new PerformanceObserver((seen) => attempt(() => look(seen))), { __proto__: null, type: "resource" }));
};

// A map of the site's own is about to be read. What it names a held address by must be barred by that name:
// addresses that a map gives are not looked up again.
const precede = (document, text) => {
  arm(document, false);
  if (!several || !barred.has(document)) return;
  const map = read(text);
  const entries = { __proto__: null };
  const take = (names) => {
    for (const name in names) if (typeof names[name] === "string" && judge(IMPORT, names[name])) entries[name] = names[name];
  };
  take(map.imports);
  for (const scope in map.scopes) take(map.scopes[scope]);
  bar(document, entries);
};

// What the page's maps make of a name.
const resolve = (document, name) => {
  const maps = queryAll(document, MAPS);
  for (let i = 0; maps[i]; i++) {
    const names = attempt(() => read(N.textContent(maps[i])).imports);
    for (const key in names) {
      if (key === name) return names[key];
      if (key[key.length - 1] === "/" && startsWith(name, key)) return names[key] + slice(name, key.length);
    }
  }
  return startsWith(name, "/") || startsWith(name, ".") || parse(name) ? name : null;
};

export const isMap = (type) => exec(/^\s*importmap\s*$/i, type ?? "") !== null;
export const mapComes = (script, text = N.textContent(script)) => void (own.has(script) || attempt(() => precede(N.ownerDocument(script), text)));

const imported = scan(exec, "import", "import|from");
const called = scan(exec, "import", "(?!)");

// A script is about to be prepared. Answers for what it is held, if its own text imports that.
export const heldImport = (script, type) => heldCode(N.ownerDocument(script), isModule(type), codeOf(script, N.textContent(script)));
// The code of a script, or of a tag, with that text: what it has as its address, if that is text.
export const codeOf = (script, text) => {
  const address = scriptAddress(script);
  return address == null ? text : exec(TEXT, address) ? textIn(address) : "";
};
const TEXT = /^\s*(?:blob|data):/i;
// What text imports that is text as well has imports of its own; each counts once (`seen`), since texts may name each other.
export const heldCode = (document, module, text, seen = newSet()) => {
  if (!module && indexOf(text, "import") < 0) return null;
  if (!seen.size) arm(document, module);
  // A script that is no module has no other imports; text in it that has some is a worker's, or for later.
  let request = null;
  const known = barred.get(document);
  const find = module ? imported : called;
  const meet = (name) => {
    const address = resolve(document, name);
    if (!address || seen.has(address)) return;
    seen.add(address);
    const one = judge(IMPORT, address, "", false, document);
    // Given back by its own name, too, since the entry above it may not be: a module in a file may have come by that.
    if (one && known) known[address] ??= address;
    request ??= one ?? (exec(TEXT, address) ? heldCode(document, true, textIn(address), seen) : null);
  };
  find(text, meet);
  // Long comments, or many, part what belongs together.
  if (indexOf(text, "*/") >= 0) find(swap(/\/\*[^]*?\*\//g, text, () => " "), meet);
  return request;
};

// A later map can't take back what a former one said; but one for a scope goes first. And what is denied only now
// is barred as far as nobody has asked for it yet.
gate.also(() => {
  if (!barred.has(document)) return;
  const known = barred.get(document);
  const now = held();
  tellMissed(now);
  if (!several) return;
  const again = { __proto__: null };
  let any = false;
  for (const name in known) {
    // What is barred on suspicion has not been met on this page.
    const suspected = known[name] === name && name[name.length - 1] === "/";
    if (known[name] === null || (suspected ? now[name] : judge(IMPORT, known[name]))) continue;
    again[name] = known[name];
    known[name] = null;
    any = true;
  }
  if (any) {
    const scopes = { __proto__: null };
    scopes[N.home.origin + "/"] = scopes["blob:" + N.home.origin + "/"] = again;
    for (const name in again) if (parse(again[name])) scopes[N.origin(parse(again[name])) + "/"] = again;
    put(document, { __proto__: null, scopes });
  }
  bar(document, now);
});
