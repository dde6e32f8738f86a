// The browser's own functions, captured before any other script can touch them, and the art of
// replacing one so that nobody notices. It knows no rule. Everything the gate itself does to the
// page goes through these: `N.setAttribute(element, "src", url)` is the browser's setAttribute,
// whatever the page or we have put in its place since.

export const { apply, construct, defineProperty, getOwnPropertyDescriptor: describe, getPrototypeOf, ownKeys } = Reflect;

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

const { setTimeout: timeout, clearTimeout: untimeout, performance: clock } = w;

// Each is a name of the module and no member of an object, so that the bundler can shorten it.
export const insertBefore = method(node, "insertBefore");
export const removeChild = method(node, "removeChild");
export const baseURI = getter(node, "baseURI");
export const parentNode = getter(node, "parentNode");
export const nextSibling = getter(node, "nextSibling");
export const isConnected = getter(node, "isConnected");
export const nodeType = getter(node, "nodeType");
export const textContent = getter(node, "textContent");
export const nameOf = getter(element, "localName");
export const getAttribute = method(element, "getAttribute");
export const setAttribute = method(element, "setAttribute");
export const hasAttribute = method(element, "hasAttribute");
export const removeAttribute = method(element, "removeAttribute");
export const matches = method(element, "matches");
export const queryElement = method(element, "querySelectorAll");
export const queryDocument = method(documents, "querySelectorAll");
export const queryFragment = method(prototype("DocumentFragment"), "querySelectorAll");
export const firstOfElement = getter(element, "firstElementChild");
export const readyState = getter(documents, "readyState");
export const getCookie = getter(documents, "cookie");
export const setCookie = setter(documents, "cookie");
export const rootOf = getter(documents, "documentElement");
export const listen = method(target, "addEventListener");
export const unlisten = method(target, "removeEventListener");
export const dispatch = method(target, "dispatchEvent");
export const scriptAsync = getter(prototype("HTMLScriptElement"), "async");
export const setScriptAsync = setter(prototype("HTMLScriptElement"), "async");
export const frameWindow = getter(prototype("HTMLIFrameElement"), "contentWindow");
export const load = method(prototype("HTMLMediaElement"), "load");
export const imageDone = getter(prototype("HTMLImageElement"), "complete");
export const href = getter(address, "href");
export const protocol = getter(address, "protocol");
export const hostname = getter(address, "hostname");
export const port = getter(address, "port");
export const pathname = getter(address, "pathname");
export const search = getter(address, "search");
export const observe = method(Observer?.prototype, "observe");
export const setTimeout = (...args) => apply(timeout, w, args);
export const clearTimeout = (...args) => apply(untimeout, w, args);
export const mark = attempt(() => {
  const native = clock.mark;
  return (name) => void attempt(() => apply(native, clock, [name]));
}, () => undefined);

// Every match below a node, whatever kind of node it is.
export const queryAll = (root, selector) => {
  const type = nodeType(root);
  return (type === 9 ? queryDocument : type === 11 ? queryFragment : queryElement)(root, selector);
};

export const localName = (thing) => attempt(() => nameOf(thing), "");
