// The browser's own functions, captured before any other script can touch them, and the art of
// replacing one so that nobody notices. It knows no rule. Everything the gate itself does to the
// page goes through these: `N.setAttribute(element, "src", url)` is the browser's setAttribute,
// whatever the page or we have put in its place since.

export const { apply, construct, getPrototypeOf, ownKeys, setPrototypeOf } = Reflect;
const { defineProperty: define, getOwnPropertyDescriptor } = Reflect;

// What a page puts on `Object.prototype` or `Array.prototype` is read where one of our objects doesn't have it, and a setter
// there is handed the object. So what lives on, and what the browser reads, has no prototype: descriptors, tickets, lists that grow.
export const bare = (object) => {
  setPrototypeOf(object, null);
  return object;
};
export const list = () => bare([]);
// A descriptor without a prototype costs more than all else about it, and some hundreds are made at the start. As long as
// no page can come in between, and none has put there by then what a descriptor is made of, they do without: from
// `apart(true)` on, which is called as a task of ours begins, to `apart(false)`.
const PARTS = ["value", "get", "set", "writable", "enumerable", "configurable"];
const { prototype: above } = Object;
let alone;
export const apart = (begins) => {
  alone = begins;
  for (let i = 0; i < 6; i++) if (PARTS[i] in above) alone = false;
};
apart(true);
const strict = (found) => (alone ? found : bare(found));
export const describe = (owner, key) => {
  const found = getOwnPropertyDescriptor(owner, key);
  return found && strict(found);
};
export const defineProperty = (owner, key, found) => define(owner, key, strict(found));

// What could not be captured or patched, or what the browser said to it: the page was here first. Reported once, by boot.
export const lost = list();

// Maps and sets with the methods of today, so that a page that patches `Map.prototype`, or puts another `Map` in its place, does
// not reach our books.
const books = (Native) => {
  const own = bare({});
  const keys = ownKeys(Native.prototype);
  for (let i = 0; i < keys.length; i++) define(own, keys[i], describe(Native.prototype, keys[i]));
  return () => {
    const made = new Native();
    setPrototypeOf(made, own);
    return made;
  };
};
export const newMap = books(Map);
export const newSet = books(Set);
export const newWeakMap = books(WeakMap);
export const newWeakSet = books(WeakSet);

export const attempt = (action, otherwise) => {
  try {
    return action();
  } catch {
    return otherwise;
  }
};

// An interface that this browser doesn't have is no loss; a member that somebody took away is.
const missing = (owner, key) => {
  if (owner) lost[lost.length] = key;
  return () => undefined;
};

// `method(Element.prototype, "remove")` is a function that takes its `this` as first argument.
export const method = (owner, key) => {
  const found = owner?.[key];
  return typeof found === "function" ? (self, ...args) => apply(found, self, args) : missing(owner, key);
};

// The same for the ones that are called so often that a list of arguments would cost more than they do.
const method1 = (owner, key) => {
  const found = owner?.[key];
  return typeof found === "function" ? (self, argument) => apply(found, self, [argument]) : missing(owner, key);
};

export const getter = (owner, key) => {
  const found = owner && describe(owner, key)?.get;
  return found ? (self) => apply(found, self, []) : missing(owner, key);
};

export const setter = (owner, key) => {
  const found = owner && describe(owner, key)?.set;
  return found ? (self, value) => void apply(found, self, [value]) : missing(owner, key);
};

// patched → what it stands for; `Function.prototype.toString` answers with the latter (realms.js).
export const originals = newWeakMap();

// Makes a method of an object literal, which has no prototype and can't be constructed, look like `original`: length,
// native-looking source, and the realm that it belongs to. Its name it has already, and the length had better be right
// too: for a function of which such a thing is changed V8 keeps a table of all it has.
export const dress = (patched, original) => {
  const kind = getPrototypeOf(original);
  if (getPrototypeOf(patched) !== kind) setPrototypeOf(patched, kind);
  const { length } = original;
  if (length !== patched.length) define(patched, "length", { __proto__: null, value: length });
  originals.set(patched, original);
  return patched;
};

// A symbol is no text and no node: a native that needs one refuses it, in words that are its own.
export const isRefused = (args, length) => (length > 0 && typeof args[0] === "symbol") || (length > 1 && typeof args[1] === "symbol");

// A stand-in for `original`; `body(original, self, args)` does the work. Most have one argument.
const disguise = (original, body) => {
  const { name, length } = original;
  const made =
    length === 1
      ? {
          [name](_one) {
            return stand(original, body, 1, this, apply(together, undefined, arguments));
          },
        }
      : {
          [name](...args) {
            return stand(original, body, length, this, args);
          },
        };
  return dress(made[name], original);
};
const stand = (original, body, length, self, args) => (isRefused(args, length) ? apply(original, self, args) : body(original, self, args));
const together = (...args) => args;

// Puts a stand-in in its place, which `make` makes of the original; the descriptor keeps its kind and flags. `part` is
// `value`, `get` or `set`.
export const replace = (owner, key, make, part = "value") => {
  const found = owner && describe(owner, key);
  if (!found || typeof found[part] !== "function") return;
  found[part] = dress(make(found[part]), found[part]);
  if (!defineProperty(owner, key, found)) lost[lost.length] = key;
};

export const patch = (owner, key, body, part) => replace(owner, key, (original) => disguise(original, body), part);

const Stand = Proxy;

// A constructor is patched by a proxy: `new.target`, subclasses, statics and `instanceof` are the
// original's own.
export const patchClass = (owner, key, body) => {
  const original = owner[key];
  if (typeof original !== "function") return;
  const patched = new Stand(original, {
    __proto__: null,
    construct: (target, args, newTarget) => body(target, args, newTarget),
  });
  originals.set(patched, original);
  const found = describe(owner, key);
  found.value = patched;
  if (!defineProperty(owner, key, found)) lost[lost.length] = key;
  // `Audio` and its like have the prototype of another class.
  const made = describe(original.prototype, "constructor");
  if (made?.value === original) attempt(() => defineProperty(original.prototype, "constructor", { ...made, value: patched }));
};

// A method of texts or patterns, which a page may replace as well. Called often, so with a fixed number
// of arguments.
const { prototype: texts } = String;
export const slice = ((own) => (text, from, to) => apply(own, text, [from, to]))(texts.slice);
export const indexOf = ((own) => (text, part, from) => apply(own, text, [part, from]))(texts.indexOf);
export const lastIndexOf = ((own) => (text, part, from = text.length) => apply(own, text, [part, from]))(texts.lastIndexOf);
export const startsWith = ((own) => (text, part) => apply(own, text, [part]))(texts.startsWith);
export const charCode = ((own) => (text, at) => apply(own, text, [at]))(texts.charCodeAt);
export const lower = ((own) => (text) => apply(own, text, []))(texts.toLowerCase);
export const upper = ((own) => (text) => apply(own, text, []))(texts.toUpperCase);
export const exec = ((own) => (pattern, text) => apply(own, pattern, [text]))(RegExp.prototype.exec);

// Puts what `each` answers for a match of a global pattern in its place; `undefined` leaves it.
export const swap = (pattern, text, each) => {
  let answer = "";
  let from = 0;
  for (let at = 0; ; ) {
    pattern.lastIndex = at;
    const found = exec(pattern, text);
    if (!found) return from ? answer + slice(text, from) : text;
    at = pattern.lastIndex;
    const instead = each(found);
    if (instead === undefined) continue;
    answer += slice(text, from, found.index) + instead;
    from = at;
  }
};

// A list of its own of what is like one.
export const listed = (given, from = 0) => {
  const all = list();
  for (let i = from; i < given.length; i++) all[i - from] = given[i];
  return all;
};

// The words of a text of ours, with one space between each.
export const words = (text) => {
  const all = list();
  for (let from = 0, to; from <= text.length; from = to + 1) {
    to = indexOf(text, " ", from);
    if (to < 0) to = text.length;
    all[all.length] = slice(text, from, to);
  }
  return all;
};

// A list of the page's kind grows by its own property, whatever stands on the prototype.
export const append = (all, value) => define(all, all.length, { __proto__: null, value, writable: true, enumerable: true, configurable: true });

// A list that the browser is to read as a sequence, which it does by the iterators that a page may have changed.
const { iterator } = Symbol;
export const sequence = (all) => {
  const iterate = () => {
    let at = 0;
    return { __proto__: null, next: () => ({ __proto__: null, done: at >= all.length, value: all[at++] }) };
  };
  defineProperty(all, iterator, { value: iterate });
  return all;
};

const w = window;
// An object of the window's that the browser makes when it is first looked at: that waits until it is needed. In a sandbox even
// looking throws.
export const maker = (key) => {
  const make = describe(w, key)?.get;
  return () => make && apply(make, w, []);
};
const prototype = (name) => w[name]?.prototype;

// Where Trusted Types are enforced, a policy of ours vouches for our texts, and where their names are listed, each may
// be made once. One that the page doesn't allow is asked for once, since its reports tell of that.
const { trustedTypes } = w;
const createPolicy = trustedTypes?.createPolicy;
let policy;
const same = (own) => own;
const trust = (key) => {
  const make = method(prototype("TrustedTypePolicy"), key);
  return (text) => {
    if (!createPolicy) return text;
    if (policy === undefined) {
      policy = null;
      policy = apply(createPolicy, trustedTypes, ["consent-gate", { __proto__: null, createHTML: same, createScript: same, createScriptURL: same }]);
    }
    return make(policy, text);
  };
};
// For what the browser was trusted with already.
export const trustedHtml = trust("createHTML");
export const trustedScript = trust("createScript");
export const trustedAddress = trust("createScriptURL");
const node = prototype("Node");
const element = prototype("Element");
const documents = prototype("Document");
const address = prototype("URL");
const target = prototype("EventTarget");

// A URL's parts; `null` for text that the browser's parser refuses, which can't load anything.
const NativeURL = w.URL;
export const parse = (text, base) => attempt(() => new NativeURL(text, base), null);

// A page that took the observer away gets one from a frame's realm, which has to stay for it.
const borrow = (name) => {
  lost[lost.length] = name;
  const frame = document.createElement("iframe");
  frame.hidden = true;
  document.documentElement.appendChild(frame);
  return frame.contentWindow[name];
};
export const Observer = w.MutationObserver ?? attempt(() => borrow("MutationObserver"));

const { setTimeout: timeout, clearTimeout: untimeout, performance: clock } = w;

// Each is a name of the module and no member of an object, so that the bundler can shorten it.
export const insertBefore = method(node, "insertBefore");
export const removeChild = method(node, "removeChild");
export const cloneNode = method(node, "cloneNode");
export const baseURI = getter(node, "baseURI");
// Where the page is. One that was made of text (a frame's `srcdoc`, a blob) belongs to whoever made it.
const place = location.hostname ? location : (parse(location.origin) ?? parse(baseURI(document)) ?? location);
// By which our own inline elements pass a policy.
export const nonce = document.currentScript?.nonce;

// Of Safari's kind. A page that comes into a frame there has run by the time that anybody else is asked.
export const isWebKit = "webkitConvertPointFromNodeToPage" in window;

export const home = { __proto__: null, hostname: place.hostname, port: place.port, origin: place.origin };
export const rootIn = method(node, "getRootNode");
export const parentNode = getter(node, "parentNode");
export const nextSibling = getter(node, "nextSibling");
export const previousSibling = getter(node, "previousSibling");
export const firstChild = getter(node, "firstChild");
export const lastChild = getter(node, "lastChild");
export const isConnected = getter(node, "isConnected");
export const nodeType = getter(node, "nodeType");
export const textContent = getter(node, "textContent");
export const setText = setter(node, "textContent");
export const ownerDocument = getter(node, "ownerDocument");
export const nameOf = getter(element, "localName");
export const getAttribute = method1(element, "getAttribute");
export const setAttribute = method(element, "setAttribute");
export const hasAttribute = method1(element, "hasAttribute");
export const hasAttributes = method1(element, "hasAttributes");
export const removeAttribute = method(element, "removeAttribute");
export const getAttributeNS = method(element, "getAttributeNS");
export const setAttributeNS = method(element, "setAttributeNS");
export const removeAttributeNS = method(element, "removeAttributeNS");
export const attributeNames = method(element, "getAttributeNames");
export const shadowOf = getter(element, "shadowRoot");
export const matches = method(element, "matches");
const queryElement = method(element, "querySelectorAll");
const queryDocument = method(documents, "querySelectorAll");
const queryFragment = method(prototype("DocumentFragment"), "querySelectorAll");
export const firstOfElement = getter(element, "firstElementChild");
export const readyState = getter(documents, "readyState");
export const viewOf = getter(documents, "defaultView");
export const getCookie = getter(documents, "cookie");
export const setCookie = setter(documents, "cookie");
export const rootOf = getter(documents, "documentElement");
export const createElement = method(documents, "createElement");
export const listen = method(target, "addEventListener");
// The page's `document.open` takes every listener off its document and window; these come back.
const lasting = list();
export const stay = (target, type, act, how) => {
  const again = (lasting[lasting.length] = () => listen(target, type, act, how));
  again();
};
export const listenAgain = () => {
  for (let i = 0; i < lasting.length; i++) lasting[i]();
};
export const unlisten = method(target, "removeEventListener");
export const dispatch = method(target, "dispatchEvent");
export const scriptAsync = getter(prototype("HTMLScriptElement"), "async");
export const setScriptAsync = setter(prototype("HTMLScriptElement"), "async");
const windowOf = ["IFrame", "Frame", "Object"].map((name) => getter(prototype("HTML" + name + "Element"), "contentWindow"));
export const frameWindow = (element) => attempt(() => windowOf[0](element)) ?? attempt(() => windowOf[1](element)) ?? attempt(() => windowOf[2](element));
export const load = method(prototype("HTMLMediaElement"), "load");
export const mediaState = getter(prototype("HTMLMediaElement"), "networkState");
export const imageDone = getter(prototype("HTMLImageElement"), "complete");
export const href = getter(address, "href");
export const origin = getter(address, "origin");
export const protocol = getter(address, "protocol");
export const hostname = getter(address, "hostname");
export const port = getter(address, "port");
export const pathname = getter(address, "pathname");
export const search = getter(address, "search");
export const observe = method(Observer?.prototype, "observe");
export const disconnect = method(Observer?.prototype, "disconnect");
export const takeRecords = method(Observer?.prototype, "takeRecords");
export const recordTarget = getter(prototype("MutationRecord"), "target");
export const recordAdded = getter(prototype("MutationRecord"), "addedNodes");
export const count = getter(prototype("NodeList"), "length");
export const eventTarget = getter(prototype("Event"), "target");
export const prevent = method(prototype("Event"), "preventDefault");
export const silence = method(prototype("Event"), "stopImmediatePropagation");
export const currentScript = getter(documents, "currentScript");
export const then = method(prototype("Promise"), "then");

// Is the visitor acting? `undefined`: the browser can't tell.
const activation = attempt(() => apply(describe(prototype("Navigator"), "userActivation").get, w.navigator, []));
const isActive = getter(prototype("UserActivation"), "isActive");
export const isGesture = () => (activation ? isActive(activation) === true : undefined);

// A value that the browser takes at its word, whatever a page makes of how it is turned into text: that text.
const trusted = ["HTML", "Script", "ScriptURL"];
const areTrusted = list();
for (let i = 0; trustedTypes && i < 3; i++)
  areTrusted[i] = [method(getPrototypeOf(trustedTypes), "is" + trusted[i]), method(prototype("Trusted" + trusted[i]), "toString")];
export const isTrustedHtml = (value) => areTrusted.length > 0 && areTrusted[0][0](trustedTypes, value);
export const trustedText = (value) => {
  if (typeof value === "object" && value)
    for (let i = 0; i < areTrusted.length; i++) if (areTrusted[i][0](trustedTypes, value)) return areTrusted[i][1](value);
};
export const written = (value) => trustedText(value) ?? "" + value;
export const { WeakRef } = w;
export const deref = method(WeakRef?.prototype, "deref");
export const setTimeout = (...args) => apply(timeout, w, args);
export const clearTimeout = (...args) => apply(untimeout, w, args);
export const mark = attempt(() => {
  const native = clock.mark;
  return (name) => void attempt(() => apply(native, clock, [name]));
}, () => undefined);

export const empty = (node) => {
  for (let child; (child = firstChild(node)); ) removeChild(node, child);
};

// Every match below a node, whatever kind of node it is. Behind the last of them is nothing, whatever a page puts on prototypes.
export const queryAll = (root, selector) => {
  const type = nodeType(root);
  return bare((type === 9 ? queryDocument : type === 11 ? queryFragment : queryElement)(root, selector));
};

export const localName = (thing) => {
  try {
    return nameOf(thing);
  } catch {
    return "";
  }
};
