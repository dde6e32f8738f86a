// The browser's functions that hear the visitor and draw, taken before any other script can touch them.
// The interface comes later than the page's own scripts, so the gate takes them for it.
//
//   const { Node, Element } = capture(window);
//   Node.appendChild(parent, Element.…)          // each takes its `this` as first argument
//
// It knows no rule, and stands alone: tests load it without the rest.

// The owner and what is wanted of it; `=` before what is set.
const WANTED =
  "Document createElementNS createTextNode documentElement body defaultView activeElement adoptedStyleSheets =adoptedStyleSheets;" +
  "ShadowRoot activeElement =adoptedStyleSheets;DocumentFragment querySelectorAll;" +
  "Element attachShadow setAttribute getAttribute closest matches querySelector querySelectorAll remove getBoundingClientRect scrollIntoView localName;" +
  "Node appendChild insertBefore contains parentNode firstChild nextSibling isConnected ownerDocument;" +
  "EventTarget addEventListener;Event preventDefault target timeStamp;KeyboardEvent key isComposing;UIEvent detail;MouseEvent clientX clientY;" +
  "HTMLElement focus style;HTMLInputElement checked =checked;HTMLDialogElement showModal close;CSSStyleDeclaration setProperty;" +
  "CSSStyleSheet replaceSync;ResizeObserver observe disconnect;MutationObserver observe;String indexOf slice;" +
  "TextEncoder encode;TextDecoder decode;Uint8Array;Promise then;Response text;WeakMap get set";

export const capture = (window) => {
  const { Object, Function } = window;
  // `Function.prototype.call` bound to a method is that method with `this` as its first argument.
  const free = Function.prototype.bind.bind(Function.prototype.call);
  const all = { __proto__: null };
  for (const line of WANTED.split(";")) {
    const [owner, ...names] = line.split(" ");
    const of = window[owner];
    // What this browser doesn't have is not there; who needs it looks.
    const own = (all[owner] = { __proto__: null, of });
    for (const name of names) {
      const found = of && Object.getOwnPropertyDescriptor(of.prototype, name.replace("=", ""));
      const native = found && (name[0] === "=" ? found.set : (found.get ?? found.value));
      if (native) own[name] = free(native);
    }
  }
  const { fetch, setTimeout, URL, JSON } = window;
  all.plain = { __proto__: null, fetch, setTimeout, URL, parse: JSON.parse, keys: Object.keys };
  return all;
};
