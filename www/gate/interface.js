// The gate's end of the interface. The interface is a file of its own, which comes only when there is
// something to show; here it is asked for, given its place on the page, and heard.
//
// It is trusted with nothing. It gets the text of what is due and a place to draw it, and neither the
// engine nor the visitor's clicks: those are heard here (ear.js). What is due, and how much it matters, is
// decided in Rust (src/browser/show.rs).

import { REJECT_ALL } from "./calls.js";
import { capture } from "./capture.js";
import { hear } from "./ear.js";
import { gate } from "./gate.js";
import * as N from "./natives.js";
import { apply, attempt, queryAll } from "./natives.js";
import { placeholders } from "./placeholders.js";
import { ever } from "./shims/held.js";
import { hearShadow } from "./shims/leaving.js";
import { nested } from "./shims/loads.js";
import { unpack } from "./unpack.js";

// How much it matters that the interface comes; below is the control that leads back, and nothing.
const DUE = 2, ASKED_FOR = 3;

const { requestIdleCallback: idle } = window;
const { instantiate, Instance, Module } = window.WebAssembly ?? {};

// When the page has loaded, and has nothing better to do.
const whenIdle = (act) => {
  const rest = () => (idle ? apply(idle, window, [act, { timeout: 4000 }]) : N.setTimeout(act, 1000));
  if (N.readyState(document) === "complete") rest();
  else N.listen(window, "load", rest);
};

// A way to reach an interface that a module brings: `arriving` begins to import it. A module has no element
// by which it could be told from others, so what offers itself until it is there passes for it; of
// several, the last.
export const byImport = (arriving) => (take, miss) => {
  let offered;
  N.then(arriving(), () => (offered ? offered() : miss("it holds something else")), miss);
  return (text, make) => void (offered = () => take(text, make));
};

// `reach(take, miss, natives, urgent)` fetches the interface: `take(text, make)` with its wasm as text and
// what makes the part that draws, or `miss(why)`. It answers the judge of what offers itself meanwhile. `home`: the
// address beside which its language files lie.
export const stage = ({ reach, home, nonce, fault }) => {
  const natives = capture(window);
  let coming = false, failed = false, waits = false;
  let judge, put;
  const again = () => attempt(() => gate.engine.open());
  // What the interface gets; `host` and `root` once there is something to show.
  const place = { __proto__: null, natives, nonce, home, fault, again };

  const miss = (why) => {
    coming = judge = null;
    failed = true;
    fault("no-interface", "the banner can't be shown, and everything stays held, because consent-gate-ui.js could not be loaded (" + why +
      "). Put the one that belongs to this version beside consent-gate.js, and let the page's policy allow it; or use consent-gate.full.js, which has both in one");
  };
  const take = (text, factory) => {
    judge = null;
    const ready = (instance) => {
      put = factory(instance.exports, place);
      coming = failed = false;
      again();
    };
    try {
      const bytes = unpack(text);
      let instance;
      try {
        // In one go: what a promise is resolved with is asked for a `then`, which a page may have put on all objects.
        instance = new Instance(new Module(bytes), {});
      } catch {
        // Old browsers compile only small modules so.
        return void N.then(apply(instantiate, null, [bytes, {}]), (made) => ready(made.instance), miss);
      }
      ready(instance);
    } catch (error) {
      miss(error);
    }
  };
  const call = (urgent) => {
    if (coming || put) return;
    coming = true;
    try {
      judge = reach(take, miss, natives, urgent === true);
    } catch (error) {
      miss(error);
    }
  };

  // The interface's place: in a shadow root, so that neither side's styles reach the other.
  const open = (closed) => {
    const { Document, Element } = natives;
    place.host = Document.createElementNS(document, "http://www.w3.org/1999/xhtml", "div");
    Element.setAttribute(place.host, "id", "consent-gate-ui");
    ever.own = place.root = Element.attachShadow(place.host, { mode: closed ? "closed" : "open" });
    hearShadow(place.root);
    // A page that opens its document anew takes the listeners off whatever stands in it, shadows too.
    // The Enter of the page's field, from which a script takes the focus while it is down, is no click of the visitor's on a button of ours.
    const trusts = (event) => event.isTrusted && !(pressed && natives.UIEvent.detail(event) === 0);
    hear({ ...natives, EventTarget: { addEventListener: N.stay } }, place.root, (name, switches) => gate.engine.act(0, name, switches), trusts);
  };

  // What the visitor does in the interface is no gesture for a script of the page.
  let pressed = false; // Enter, outside
  const met = (event) => (gate.acted = !!place.host && natives.Event.target(event) === place.host);
  N.stay(document, "keydown", (event) => attempt(() => (pressed = !met(event) && natives.KeyboardEvent.key(event) === "Enter")), true);
  N.stay(document, "keyup", () => void (pressed = false), true);
  const isThere = (selector) => attempt(() => queryAll(document, selector)[0]) !== undefined;
  // Whoever has the focus nowhere leaves the banner by that key as from inside of it, unless the page uses it.
  N.stay(document, "keydown", (event) => attempt(() => {
    const { Document, DocumentFragment, Event, KeyboardEvent } = natives;
    const target = Event.target(event);
    if (!place.root || !event.isTrusted || KeyboardEvent.key(event) !== "Escape" || KeyboardEvent.isComposing(event)) return;
    if (target !== Document.body(document) && target !== Document.documentElement(document)) return;
    // What the browser closes by it is the page's: a dialog, a popover.
    if (isThere(":modal") || isThere(":popover-open")) return;
    // What the page makes of it is known when all have heard it.
    N.setTimeout(() => attempt(() => {
      if (!event.defaultPrevented && DocumentFragment.querySelectorAll(place.root, "[data-escape=dismiss]:not(dialog)")[0]) gate.engine.act(0, "dismiss", "");
    }), 0);
  }));
  N.stay(document, "click", (event) => attempt(() => {
    met(event);
    const opener = natives.Element.closest(natives.Event.target(event), "[data-consent-open],[href$='#consent-gate']");
    if (!opener) return;
    natives.Event.preventDefault(event);
    gate.engine.preferences();
  }), true);

  const inFrames = placeholders(natives, () => failed || call());

  // For tools that answer for their users, also where they can't reach the buttons.
  N.stay(document, "consent-gate:reject", () => attempt(() => gate.engine.tell(REJECT_ALL, 0)));

  return {
    // For the interface's own script, and only while it is waited for.
    adopt: (text, factory) => void judge?.(text, factory),
    // Is on the screen what `view` says?
    show: (urgency, closed, view) => {
      inFrames(put, closed);
      // The page around has a banner of its own.
      if (nested && urgency < ASKED_FOR) return false;
      if (put && (place.host || urgency)) {
        try {
          if (!place.host) open(closed);
          return put(view);
        } catch (error) {
          fault("broken", "the gate works, but its interface could not be drawn (" + error + "); please report this");
        }
      } else if (urgency >= (failed ? ASKED_FOR : DUE)) call(true);
      else if (urgency && !waits && !failed) {
        waits = true;
        whenIdle(call);
      }
      return false;
    },
  };
};
