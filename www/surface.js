// The page's side of the interface: makes elements, moves the focus, hears real clicks.
//
// What is shown and what a click means is decided in Rust; here is only what has to be done with the
// browser's own functions, taken before any other script could change them. It refuses to know what
// consent is.
//
//   const { mount, draw, dress } = surface(window, { css, nonce });
//   mount("open", frame, (act, checked) => …); draw(0, tree);

const XHTML = "http://www.w3.org/1999/xhtml";
// Between two steps of a tree; see src/banner/tree.rs.
const END = "\u0001";
// Pixels between a card and the edge of the window, and a little air.
const ROOM = 32;

export function surface(window, { css, nonce, trusts = (event) => event.isTrusted }) {
  const { document, Object, Function, CSSStyleSheet, ResizeObserver } = window;
  const { Document, Element, Node, Event, KeyboardEvent, HTMLElement, HTMLDialogElement, ShadowRoot } = window;

  // `Function.prototype.call` bound to a method is that method with `this` as its first argument.
  const free = Function.prototype.bind.bind(Function.prototype.call);
  const method = (owner, name) => owner && owner.prototype[name] && free(owner.prototype[name]);
  const property = (owner, name, kind = "get") => {
    const found = owner && Object.getOwnPropertyDescriptor(owner.prototype, name);
    return found && found[kind] ? free(found[kind]) : () => null;
  };

  const createElementNS = method(Document, "createElementNS");
  const createTextNode = method(Document, "createTextNode");
  const rootOf = property(Document, "documentElement");
  const bodyOf = property(Document, "body");
  const activeIn = property(Document, "activeElement");
  const activeInShadow = property(ShadowRoot, "activeElement");
  const setSheets = property(ShadowRoot, "adoptedStyleSheets", "set");
  const sheetsOf = property(Document, "adoptedStyleSheets");
  const setPageSheets = property(Document, "adoptedStyleSheets", "set");
  const attachShadow = method(Element, "attachShadow");
  const setAttribute = method(Element, "setAttribute");
  const getAttribute = method(Element, "getAttribute");
  const closest = method(Element, "closest");
  const matches = method(Element, "matches");
  const querySelector = method(Element, "querySelector");
  const querySelectorAll = method(Element, "querySelectorAll");
  const remove = method(Element, "remove");
  const boxOf = method(Element, "getBoundingClientRect");
  const nameOf = property(Element, "localName");
  const appendChild = method(Node, "appendChild");
  const insertBefore = method(Node, "insertBefore");
  const contains = method(Node, "contains");
  const parentOf = property(Node, "parentNode");
  const firstOf = property(Node, "firstChild");
  const nextOf = property(Node, "nextSibling");
  const isConnected = property(Node, "isConnected");
  const addEventListener = method(window.EventTarget, "addEventListener");
  const preventDefault = method(Event, "preventDefault");
  const targetOf = property(Event, "target");
  const keyOf = property(KeyboardEvent, "key");
  const composes = property(KeyboardEvent, "isComposing");
  const focus = method(HTMLElement, "focus");
  const styleOf = property(HTMLElement, "style");
  const setProperty = method(window.CSSStyleDeclaration, "setProperty");
  const showModal = method(HTMLDialogElement, "showModal");
  const close = method(HTMLDialogElement, "close");
  const replaceSync = method(CSSStyleSheet, "replaceSync");
  const observe = method(ResizeObserver, "observe");
  const disconnect = method(ResizeObserver, "disconnect");
  const charAt = free("".charAt);
  const indexOf = free("".indexOf);
  const slice = free("".slice);

  const create = (name) => createElementNS(document, XHTML, name);

  let host, root, frame;
  const slots = [];

  // Reads the steps of a tree one after the other; words become text nodes, never markup.
  const build = (parent, tree) => {
    let node = parent;
    for (let at = 0; at < tree.length; ) {
      const end = indexOf(tree, END, at);
      const kind = charAt(tree, at);
      const words = slice(tree, at + 1, end);
      if (kind === "<") {
        node = appendChild(node, create(words));
      } else if (kind === ">") {
        node = parentOf(node);
      } else if (kind === "@") {
        const equals = indexOf(words, "=");
        setAttribute(node, slice(words, 0, equals), slice(words, equals + 1));
      } else {
        appendChild(node, createTextNode(document, words));
      }
      at = end + 1;
    }
  };

  // A page that a framework or `document.write` emptied gets the interface back with the next
  // drawing. It stands before the body, so that it is met first and does not fall with the body.
  const place = () => {
    const html = rootOf(document);
    if (html && !isConnected(host)) insertBefore(html, host, bodyOf(document));
  };

  const mount = (mode, tree, listener) => {
    host = create("div");
    setAttribute(host, "id", "consent-gate-ui");
    root = attachShadow(host, { mode });
    build(root, tree);
    frame = firstOf(root);
    for (let slot = firstOf(frame); slot; slot = nextOf(slot)) slots[slots.length] = slot;
    if (replaceSync) {
      const sheet = new CSSStyleSheet();
      replaceSync(sheet, css);
      setSheets(root, [sheet]);
    } else {
      // Safari before 16.4.
      const style = appendChild(root, create("style"));
      if (nonce) setAttribute(style, "nonce", nonce);
      appendChild(style, createTextNode(document, css));
    }

    const tell = (element, name) => {
      let checked = "";
      const switches = querySelectorAll(frame, "input:checked");
      for (let at = 0; switches[at]; at++) checked += getAttribute(switches[at], "name") + " ";
      listener(getAttribute(element, name), checked);
    };
    const hear = (type, found) =>
      addEventListener(
        root,
        type,
        (event) => {
          if (!trusts(event)) return;
          const [element, name] = found(event, targetOf(event)) || [];
          if (element) {
            preventDefault(event);
            tell(element, name);
          }
        },
        true,
      );
    hear("click", (event, target) => [closest(target, "[data-act]"), "data-act"]);
    hear("keydown", (event, target) => {
      const element = keyOf(event) === "Escape" && !composes(event) && closest(target, "[data-escape]");
      // A dialog has its own way, which the back gesture of a phone takes too.
      if (element && nameOf(element) !== "dialog") return [element, "data-escape"];
    });
    const leave = (event, target) => nameOf(target) === "dialog" && [target, "data-escape"];
    hear("cancel", leave);
    hear("close", leave);
  };

  const draw = (number, tree) => {
    place();
    const slot = slots[number];
    const old = firstOf(slot);
    const held = old && activeInShadow(root);
    const had = held && contains(old, held) ? held : null;
    // Whoever uses the keyboard is led on; after a click the focus must not jump to a control that
    // the next press of the space bar would set off.
    const leads = had && matches(had, ":focus-visible");
    const act = had && getAttribute(had, "data-act");
    if (old) {
      // Gives the focus back to what opened the dialog.
      if (nameOf(old) === "dialog") close(old);
      remove(old);
    }
    build(slot, tree);
    const now = firstOf(slot);
    if (now && nameOf(now) === "dialog") showModal(now);
    if (now && had && act) {
      const same = querySelector(now, `[data-act="${act}"]`);
      if (same) focus(same);
    } else if (!now && leads && !activeInShadow(root)) {
      const active = activeIn(document);
      const next = querySelector(frame, "button");
      if (next && (!active || active === bodyOf(document))) focus(next);
    }
    keepClear(querySelector(frame, "[data-edge]"));
  };

  // WCAG 2.2 §2.4.11: what has the focus must not lie wholly under the banner (technique C43).
  let clear, watcher;
  const keepClear = (card) => {
    if (watcher) disconnect(watcher);
    if (!card) {
      if (clear) replaceSync(clear, "");
      return;
    }
    if (!replaceSync || !observe) return;
    if (!clear) {
      clear = new CSSStyleSheet();
      const all = [];
      const sheets = sheetsOf(document);
      for (let at = 0; sheets[at]; at++) all[at] = sheets[at];
      all[all.length] = clear;
      setPageSheets(document, all);
    }
    watcher = new ResizeObserver(() => {
      // Nothing for a card that the page, or an ad blocker, took away.
      const height = boxOf(card).height | 0;
      const edge = getAttribute(card, "data-edge");
      replaceSync(clear, height ? `:root{scroll-padding-${edge}:${height + ROOM}px}` : "");
    });
    observe(watcher, card);
  };

  const dress = (name, value) => {
    if (charAt(name, 0) === "-") setProperty(styleOf(frame), name, value);
    else setAttribute(frame, name, value);
  };

  return { mount, draw, dress };
}
