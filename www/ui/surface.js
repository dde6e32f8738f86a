// Puts the interface on the page: makes elements, moves the focus, keeps what has it in sight.
//
// What is shown is decided in Rust; here is only what has to be done with the browser's own functions,
// which the gate took before any other script could change them (capture.js). It refuses to know what
// consent is, and hears no choice: that is the gate's (ear.js).
//
//   const put = surface({ natives, host, root, css, nonce, fault, again, draw: tools(natives) });
//   put(drawing);

// Pixels between a card and the edge of the window, and a little air.
const ROOM = 32;
// How often a page that took the interface out gets it back.
const MOST_RETURNS = 20;
// The slots in document order, so that whoever tabs into the page meets the first layer first: first
// layer, preferences, the control that leads back, what is said.
const FRAME = "<div\u0001<div\u0001>\u0001<div\u0001>\u0001<div\u0001>\u0001<div\u0001@role=status\u0001>\u0001>\u0001";
// In which slot the drawing's texts belong, as they come.
const ORDER = [2, 0, 1, 3];
const SAID = 3;

export const surface = ({ natives, host, root, css, nonce, fault, again, draw: { NEXT, pieces, build, dress, wear } }) => {
  const { Document, ShadowRoot, Element, Node, HTMLElement, HTMLDialogElement, HTMLInputElement, CSSStyleSheet, MutationObserver, ResizeObserver } = natives;
  const { getAttribute, matches, querySelector, remove, localName } = Element;
  const { firstChild } = Node;
  const { replaceSync } = CSSStyleSheet;
  build(root, FRAME);
  const frame = firstChild(root);
  // No array: a page may have put setters on all of them by now.
  const slots = { __proto__: null };
  for (let slot = firstChild(frame), at = 0; slot; slot = Node.nextSibling(slot)) slots[at++] = slot;
  wear(root, css, nonce, CSSStyleSheet.of);

  // A category's switch takes those of its services along, since its answer would count for them.
  natives.EventTarget.addEventListener(frame, "change", (event) => {
    const input = natives.Event.target(event);
    const group = matches(input, ".group > .switch > input") && Element.closest(input, ".group");
    const all = group && Element.querySelectorAll(group, "input");
    for (let at = 0; all && all[at]; at++) HTMLInputElement["=checked"](all[at], HTMLInputElement.checked(input));
  });

  // It stands before the body, so that it is met first and does not fall with the body. A page that a framework or
  // `document.write` emptied gets it back; not for ever, since whoever takes it away each time means it.
  let returns = 0;
  const place = () => {
    const html = Document.documentElement(document);
    if (!html || Node.isConnected(host)) return;
    Node.insertBefore(html, host, Document.body(document));
    if (MutationObserver.of) MutationObserver.observe(keeper, html, { __proto__: null, childList: true });
  };
  const keeper = MutationObserver.of && new MutationObserver.of(() => {
    if (Node.isConnected(host) || ++returns > MOST_RETURNS) return;
    place();
    // What lay over the page does so no more; it is drawn anew.
    for (let at = 0; at < SAID; at++) shown[at] = "";
    again();
  });
  if (keeper) MutationObserver.observe(keeper, document, { __proto__: null, childList: true });

  // A blocker may hide the interface, and a dialog that nobody sees would hold the page up: it is taken away, and nothing is
  // granted.
  const unseen = (dialog) => {
    if (!Node.isConnected(dialog) || Element.getBoundingClientRect(dialog).height) return;
    HTMLDialogElement.close(dialog);
    remove(dialog);
  };

  let opener;
  const draw = (slot, tree) => {
    place();
    const old = firstChild(slot);
    const held = old && ShadowRoot.activeElement(root);
    const had = held && Node.contains(old, held) ? held : null;
    // Whoever uses the keyboard is led on; after a click the focus must not jump to a control that
    // the next press of the space bar would set off.
    const leads = had && matches(had, ":focus-visible");
    const act = had && getAttribute(had, "data-act");
    if (old) {
      // Gives the focus back to what opened the dialog.
      if (localName(old) === "dialog") HTMLDialogElement.close(old);
      remove(old);
    }
    build(slot, tree);
    const now = firstChild(slot);
    const active = Document.activeElement(document);
    if (now && localName(now) === "dialog") {
      if (active !== host) opener = active;
      HTMLDialogElement.showModal(now);
      if (ResizeObserver.observe) ResizeObserver.observe(new ResizeObserver.of(() => unseen(now)), now);
      else unseen(now);
    }
    if (now && had && act) {
      const same = querySelector(now, `[data-act="${act}"]`);
      if (same) HTMLElement.focus(same);
    } else if (!now && leads && !ShadowRoot.activeElement(root)) {
      // A dialog doesn't give it back to a frame.
      const nobody = Document.body(document);
      const next = opener && opener !== nobody && Node.isConnected(opener) ? opener : querySelector(frame, "button");
      if (next && (!active || active === nobody)) HTMLElement.focus(next);
    }
    keepClear(querySelector(frame, "[data-edge]"));
  };

  // WCAG 2.2 §2.4.11: what has the focus must not lie wholly under the banner (technique C43). What stands at the page's
  // very end can't be scrolled away from under it: the page gets more room there, but only once the focus comes to such a
  // thing or somebody scrolls, so that nothing moves for anybody else, and no page gets scroll bars by it.
  let clear, watcher, over, roomy;
  const stand = () => {
    // Nothing for a card that the page, or an ad blocker, took away.
    const height = Element.getBoundingClientRect(over).height | 0;
    const edge = getAttribute(over, "data-edge");
    const reach = matches(over, ".center") ? `calc(50vh + ${(height >> 1) + ROOM}px)` : `${height + ROOM}px`;
    replaceSync(clear, height ? `:root{scroll-padding-${edge}:${reach}${roomy ? `;padding-${edge}:${reach}` : ""}}` : "");
  };
  const keepClear = (card) => {
    if (watcher) ResizeObserver.disconnect(watcher);
    if (!replaceSync || !ResizeObserver.observe) return;
    over = card;
    if (!card) {
      roomy = false;
      if (clear) replaceSync(clear, "");
      return;
    }
    if (!clear) {
      clear = new CSSStyleSheet.of();
      Document["=adoptedStyleSheets"](document, [...Document.adoptedStyleSheets(document), clear]);
    }
    watcher = new ResizeObserver.of(stand);
    ResizeObserver.observe(watcher, card);
  };
  natives.EventTarget.addEventListener(
    document,
    "focusin",
    (event) => {
      const target = natives.Event.target(event);
      if (!over || roomy || target === host) return;
      const [own, card] = [Element.getBoundingClientRect(target), Element.getBoundingClientRect(over)];
      if (own.top < card.top || own.bottom > card.bottom || own.left < card.left || own.right > card.right) return;
      roomy = true;
      stand();
      Element.scrollIntoView(target, { __proto__: null, block: "nearest" });
    },
    true,
  );

  // Whoever scrolls gets to the page's very end too. Above, more room would move the page.
  natives.EventTarget.addEventListener(document, "scroll", () => {
    if (!over || roomy || getAttribute(over, "data-edge") !== "bottom" || matches(over, ".center")) return;
    roomy = true;
    stand();
  });

  const moved = (names) =>
    fault("config-contrast", `${names} would have been too hard to read and was changed: a text needs a contrast of 5 to 1 with what it stands on, a control 3 to 1`, "banner.colors");

  // What each slot shows. What it shows already is not touched; but a word is said again. Moving the
  // focus runs listeners of the page, and where one of them had something newer drawn, that stands.
  const shown = ["", "", "", ""];
  let newest = 0;
  return (drawing) => {
    const own = ++newest;
    pieces(drawing + NEXT, NEXT, (text, number) => {
      if (own !== newest) return;
      if (!number) return dress(frame, text, moved);
      const at = ORDER[number - 1];
      if (at === SAID ? !text : text === shown[at]) return;
      shown[at] = text;
      draw(slots[at], text);
    });
  };
};
