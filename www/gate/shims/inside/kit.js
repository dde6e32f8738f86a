// What every part of the prelude uses: natives that the worker's code can't change later, as natives.js has them for the page,
// and what puts a function in another's place.

export function kit(self) {
  const { Map, Proxy, Reflect, RegExp, String, WeakMap } = self;
  const { apply, construct, defineProperty: define, getOwnPropertyDescriptor, getPrototypeOf, ownKeys, setPrototypeOf } = Reflect;
  const attempt = (action) => {
    try {
      return action();
    } catch {
      return undefined;
    }
  };

  const bare = (object) => (setPrototypeOf(object, null), object);
  const list = () => bare([]);
  const describe = (owner, key) => {
    const found = owner && getOwnPropertyDescriptor(owner, key);
    return found && bare(found);
  };
  const defineProperty = (owner, key, found) => define(owner, key, bare(found));
  const free = (native) => (of, a, b) => apply(native, of, [a, b]);
  const getter = (owner, key) => free(describe(owner, key)?.get);
  const get = (owner, key) => getter(self[owner]?.prototype, key);
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
  const newMap = books(Map);
  const newWeakMap = books(WeakMap);
  const slice = free(String.prototype.slice);
  const indexOf = free(String.prototype.indexOf);
  const exec = free(RegExp.prototype.exec);
  const listen = ((native) => (of, type, act, how) => apply(native, of, [type, act, how]))(self.EventTarget.prototype.addEventListener);
  const dispatch = free(self.EventTarget.prototype.dispatchEvent);
  const silence = free(self.Event.prototype.stopImmediatePropagation);
  const sequence = (all) => {
    const iterate = () => {
      let at = 0;
      return { __proto__: null, next: () => ({ __proto__: null, done: at >= all.length, value: all[at++] }) };
    };
    defineProperty(all, self.Symbol.iterator, { value: iterate });
    return all;
  };
  const pieces = (text, mark) => {
    const all = list();
    for (let at = 0; at <= text.length; ) {
      const found = indexOf(text, mark, at);
      const end = found < 0 ? text.length : found;
      all[all.length] = slice(text, at, end);
      at = end + 1;
    }
    return all;
  };

  // A proxy is a function of the same name, length and kind; its source is looked up.
  const originals = newWeakMap();
  const patch = (owner, key, body, part = "value", trap = "apply") => {
    while (owner && !describe(owner, key)) owner = getPrototypeOf(owner);
    const found = describe(owner, key);
    if (typeof found?.[part] !== "function") return;
    const original = found[part];
    originals.set((found[part] = new Proxy(original, { __proto__: null, [trap]: body })), original);
    defineProperty(owner, key, found);
    return original.prototype;
  };
  const patchClass = (owner, key, body) => {
    const prototype = patch(owner, key, body, "value", "construct");
    if (prototype) defineProperty(prototype, "constructor", { ...describe(prototype, "constructor"), value: owner[key] });
  };
  patch(self.Function.prototype, "toString", (original, of, args) => apply(original, originals.get(of) ?? of, args));

  return {
    __proto__: null,
    apply, attempt, bare, construct, defineProperty, describe, dispatch, exec, free, get, getter, indexOf, list, listen, newMap, newWeakMap, patch, patchClass, pieces, sequence, silence, slice,
  };
}
