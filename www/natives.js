// The browser's own functions, captured before any other script can touch them, and the art of
// replacing one so that nobody notices. It knows no rule. Everything the gate itself does to the
// page goes through these: `N.setAttribute(element, "src", url)` is the browser's setAttribute,
// whatever the page or we have put in its place since.

export const { apply, construct, defineProperty, getOwnPropertyDescriptor: describe, getPrototypeOf } = Reflect;
const { ownKeys } = Reflect;

// What could not be captured or patched: the page was here first. Reported once, by boot.
export const lost = [];

// A Map or WeakMap whose methods are its own, so that a page that patches `Map.prototype` later
// does not reach our books.
export const pin = (object) => {
  const prototype = getPrototypeOf(object);
  const keys = ownKeys(prototype);
  for (let i = 0; i < keys.length; i++) {
    const found = describe(prototype, keys[i]);
    if (typeof found.value === "function") defineProperty(object, keys[i], found);
  }
  return object;
};

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

export const getter = (owner, key) => {
  const found = owner && describe(owner, key)?.get;
  return found ? (self) => apply(found, self, []) : missing(owner, key);
};

const setter = (owner, key) => {
  const found = owner && describe(owner, key)?.set;
  return found ? (self, value) => void apply(found, self, [value]) : missing(owner, key);
};

// patched → what it stands for; `Function.prototype.toString` answers with the latter (realms.js).
export const originals = pin(new WeakMap());

// A stand-in for `original`: same name and length, no prototype and not constructible (a concise
// method is neither), native-looking source. `body(original, self, args)` does the work.
export const disguise = (original, body) => {
  const { patched } = {
    patched(...args) {
      return body(original, this, args);
    },
  };
  defineProperty(patched, "name", describe(original, "name"));
  defineProperty(patched, "length", describe(original, "length"));
  originals.set(patched, original);
  return patched;
};

// Puts a stand-in in its place; the descriptor keeps its kind and flags. `part` is `value`, `get`
// or `set`.
export const patch = (owner, key, body, part = "value") => {
  const found = owner && describe(owner, key);
  if (!found || typeof found[part] !== "function") return;
  found[part] = disguise(found[part], body);
  if (!defineProperty(owner, key, found)) lost[lost.length] = key;
};

// A constructor is patched by a proxy: `new.target`, subclasses, statics and `instanceof` are the
// original's own.
export const patchClass = (owner, key, body) => {
  const original = owner[key];
  if (typeof original !== "function") return;
  const patched = new Proxy(original, {
    construct: (target, args, newTarget) => body(target, args, newTarget),
  });
  originals.set(patched, original);
  const found = describe(owner, key);
  found.value = patched;
  if (!defineProperty(owner, key, found)) lost[lost.length] = key;
  attempt(() => defineProperty(original.prototype, "constructor", { ...describe(original.prototype, "constructor"), value: patched }));
};

const w = window;
const prototype = (name) => w[name]?.prototype;
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

export const N = {
  insertBefore: method(node, "insertBefore"),
  removeChild: method(node, "removeChild"),
  baseURI: getter(node, "baseURI"),
  parentNode: getter(node, "parentNode"),
  nextSibling: getter(node, "nextSibling"),
  isConnected: getter(node, "isConnected"),
  nodeType: getter(node, "nodeType"),
  textContent: getter(node, "textContent"),
  localName: getter(element, "localName"),
  getAttribute: method(element, "getAttribute"),
  setAttribute: method(element, "setAttribute"),
  hasAttribute: method(element, "hasAttribute"),
  removeAttribute: method(element, "removeAttribute"),
  matches: method(element, "matches"),
  queryElement: method(element, "querySelectorAll"),
  queryDocument: method(documents, "querySelectorAll"),
  queryFragment: method(prototype("DocumentFragment"), "querySelectorAll"),
  firstOfElement: getter(element, "firstElementChild"),
  readyState: getter(documents, "readyState"),
  getCookie: getter(documents, "cookie"),
  setCookie: setter(documents, "cookie"),
  rootOf: getter(documents, "documentElement"),
  listen: method(target, "addEventListener"),
  unlisten: method(target, "removeEventListener"),
  dispatch: method(target, "dispatchEvent"),
  scriptAsync: getter(prototype("HTMLScriptElement"), "async"),
  setScriptAsync: setter(prototype("HTMLScriptElement"), "async"),
  frameWindow: getter(prototype("HTMLIFrameElement"), "contentWindow"),
  load: method(prototype("HTMLMediaElement"), "load"),
  imageDone: getter(prototype("HTMLImageElement"), "complete"),
  href: getter(address, "href"),
  protocol: getter(address, "protocol"),
  hostname: getter(address, "hostname"),
  port: getter(address, "port"),
  pathname: getter(address, "pathname"),
  search: getter(address, "search"),
  observe: method(Observer?.prototype, "observe"),
  setTimeout: (...args) => apply(timeout, w, args),
  clearTimeout: (...args) => apply(untimeout, w, args),
};
const { setTimeout: timeout, clearTimeout: untimeout, queueMicrotask: microtask, performance: clock } = w;
export const mark = attempt(() => {
  const native = clock.mark;
  return (name) => void attempt(() => apply(native, clock, [name]));
}, () => undefined);

// Every match below a node, whatever kind of node it is.
export const queryAll = (root, selector) => {
  const type = N.nodeType(root);
  return (type === 9 ? N.queryDocument : type === 11 ? N.queryFragment : N.queryElement)(root, selector);
};

export const localName = (thing) => attempt(() => N.localName(thing), "");
