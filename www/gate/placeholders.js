// The gate's end of the placeholders: which held frames there are, a root in each for the interface to draw in, and what the
// visitor does there. What stands in one, and whether anything does, is decided in Rust (src/browser/placeholder.rs).
//
//   const look = placeholders(natives, wanted);
//   look(put, closed);   // draws all; `put(view, root)` as interface.js has it, undefined as long as it has not come

import { hear } from "./ear.js";
import { gate } from "./gate.js";
import * as N from "./natives.js";
import { attempt, list, localName, newWeakMap } from "./natives.js";
import { frames, tickets } from "./shims/held.js";
import { awaited, keptAs, nested } from "./shims/loads.js";
import { once, placeOf } from "./shims/tags.js";

// A page with more frames than that is no page that somebody reads.
const MOST = 100;

export const placeholders = (natives, wanted) => {
  // The gate of the page around holds the same frames, and says so.
  if (nested) return () => {};
  const { Document, Element, Node } = natives;
  let all = list();
  let soon = false;
  let put, closed;
  const places = newWeakMap(); // frame → what was put into it

  const act = (frame, name) => {
    const ticket = tickets.get(frame);
    if (!ticket) return;
    // What was said counts, and nothing else: where the page has changed the frame since, that is said first.
    const said = places.get(frame)?.view;
    if (!said || said !== viewOf(frame, ticket)) return void look();
    if (name === "once") once.places.set(frame, ticket.place);
    // Whoever pressed has the focus in the frame. The page that comes into it would take that away, and is given it.
    const focused = () => Document.activeElement(document);
    if (name !== "choose" && focused() === frame)
      N.listen(frame, "load", () => focused() === Document.body(document) && natives.HTMLElement.focus(frame), { __proto__: null, once: true });
    gate.engine.act(ticket.number, name, "");
  };

  // A frame whose page has been replaced gets another root.
  const rootIn = (frame) => {
    const { document: page, location } = N.frameWindow(frame);
    // What it showed before it was held may still be there.
    if (location.href !== "about:blank") return;
    const body = Document.body(page);
    const known = places.get(frame);
    if (known?.page === page && Node.contains(body, known.host)) return known.root;
    const host = Document.createElementNS(page, "http://www.w3.org/1999/xhtml", "div");
    const root = Element.attachShadow(host, { mode: closed ? "closed" : "open" });
    hear({ ...natives, EventTarget: { addEventListener: N.listen } }, root, (name) => attempt(() => act(frame, name)));
    Node.appendChild(body, host);
    places.set(frame, { __proto__: null, page, host, root, view: "" });
    return root;
  };

  // An address that is not the one that is held has nothing to say: a page in a text, or what was changed by a side door.
  const viewOf = (frame, ticket) => {
    const address = N.getAttribute(frame, keptAs("src")) ?? awaited(frame, "src") ?? "";
    return placeOf(frame, address) === ticket.place ? gate.engine.placeholder(ticket.number, N.getAttribute(frame, "title") ?? "") : "";
  };

  const draw = (frame, ticket) => {
    const view = viewOf(frame, ticket);
    const known = places.get(frame);
    if (!view) {
      if (known) Element.remove(known.host);
      places.delete(frame);
      return;
    }
    if (!put) return wanted();
    const root = rootIn(frame);
    if (root && put(view, root)) places.get(frame).view = view;
  };

  const look = () => {
    soon = false;
    const before = all;
    all = list();
    for (let i = 0; i < before.length; i++) {
      const ticket = tickets.get(before[i]);
      if (!ticket) continue;
      all[all.length] = before[i];
      // One that has an origin of its own lets nobody draw in it.
      if (N.isConnected(before[i])) attempt(() => draw(before[i], ticket));
    }
  };

  // A frame is held, or the blank page of a held one has come.
  frames.blank = (frame) => {
    if (localName(frame) !== "iframe" || !tickets.has(frame) || all.length >= MOST) return;
    let known = false;
    for (let i = 0; i < all.length; i++) known ||= all[i] === frame;
    if (!known) all[all.length] = frame;
    if (soon || !gate.engine) return;
    soon = true;
    N.setTimeout(look, 0);
  };

  return (...drawer) => {
    [put, closed] = drawer;
    look();
  };
};
