// HTML given as text: `innerHTML` and its like, `document.write`, `createContextualFragment`.
// The very same string is passed on unless a tag in it would load what is held; then just that tag
// is rewritten by its tokens, with no parsing and writing out, which would spoil table fragments and the
// timing of custom elements.

import * as N from "../natives.js";
import { apply, attempt, localName, patch, pin, queryAll } from "../natives.js";
import { LOADS, firstHeld } from "./loads.js";
import { pump } from "../gate.js";
import { frame, reopened } from "./realms.js";
import { scan } from "./tree.js";

// Comments and raw text, in which a tag is no tag; a script with its code; any other tag that loads.
const ATTRS = `(?=[\\s/>])((?:[^>"']|"[^"]*"|'[^']*')*)>`;
const NAMES = "img|iframe|frame|source|video|audio|track|embed|object|link|input|image";
const TAGS = new RegExp(`<!--[^]*?(?:-->|$)|<(style|textarea|title|xmp)\\b[^]*?(?:</\\1|$)|<(script)${ATTRS}[^]*?(?=</script|$)|<(${NAMES})${ATTRS}`, "gi");
const ANY = new RegExp(`<(?:script|${NAMES})[\\s/]`, "i");
// A tag that is not finished, at the end of what was written.
const CUT = new RegExp(`<(?:/?[a-z]{0,8}|(?:script|${NAMES})[\\s/](?:[^>"']|"[^"]*"|'[^']*')*(?:"[^"]*|'[^']*)?)$`, "i");
const ATTRIBUTE = /([^\s"'>/=]+)(\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))?/g;

// The browser reads the tag itself, in a template, where nothing loads or runs.
const holder = document.createElement("template");
const fill = Object.getOwnPropertyDescriptor(window.Element.prototype, "innerHTML").set;
const content = holder.content;
let refused = false; // by Trusted Types
const read = (tag) => {
  try {
    apply(fill, holder, [tag]);
  } catch {
    refused = true;
  }
  return refused ? null : queryAll(content, "*")[0];
};

// Calls `found(element, name, attribute, request)` for each held tag and puts in what it answers.
const walk = (html, found) =>
  html.replace(TAGS, (all, raw, script, scriptAttributes, other, otherAttributes) => {
    const name = (script ?? other)?.toLowerCase();
    const attributes = script ? scriptAttributes : otherAttributes;
    if (!name || !/src|href|data|poster/i.test(attributes)) return all;
    // Under Trusted Types a string is refused here; what the tag makes is then looked at once it is there.
    const element = read(`<${name}${attributes}>`);
    const held = element && firstHeld(element, name);
    return held ? found(all, name, attributes, held) : all;
  });

const escape = (text) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;");

const rewrite = (html, scripts) =>
  ANY.test(html)
    ? attempt(
        () =>
          walk(html, (all, name, attributes, held) => {
            if (name === "script") return scripts ? `<script type="${escape(held.type)}"` + all.slice(7) : all;
            // The first of two attributes of one name counts.
            const moved = attributes.replace(ATTRIBUTE, (pair, key) => (LOADS[name][key.toLowerCase()] === undefined ? pair : "data-held-" + pair));
            return `<${all.slice(1, 1 + name.length)}${moved}>`;
          }),
        "",
      )
    : html;

// The first address in a `srcdoc` that may not load.
export const heldIn = (html) => {
  let first = null;
  if (ANY.test(html)) walk(html, (all, name, attributes, held) => ((first ??= held.request), all));
  return first;
};

export const markup = (win) => {
  const types = win.trustedTypes;
  // Text to pass on: the value itself if nothing in it is held.
  const clean = (value, scripts) => {
    const text = value === null ? "" : "" + value;
    const safe = rewrite(text, scripts);
    return safe !== text ? safe : types?.isHTML(value) ? value : text;
  };
  // What a rewrite has left is given to the quarantine, unless the observer sees it anyway; where no
  // rewrite was possible, what must not load is caught here. New frames get their patches.
  const look = (root, html, changed) => {
    if (!root || !(html = "" + html) || !ANY.test(html)) return;
    attempt(() => {
      if ((refused || (changed && !N.isConnected(root))) && scan(root, "text")) pump();
      if (/<iframe/i.test(html)) {
        const found = queryAll(root, "iframe");
        for (let i = 0; i < found.length; i++) frame(found[i]);
      }
    });
  };
  const property = (owner, key) =>
    patch(owner, key, (original, self, args) => {
      if (localName(self) === "template") return apply(original, self, args);
      const root = key === "outerHTML" ? attempt(() => N.parentNode(self)) : self;
      const html = clean(args[0], false);
      apply(original, self, [html]);
      look(root, html, html !== args[0]);
    }, "set");
  property(win.Element.prototype, "innerHTML");
  property(win.Element.prototype, "outerHTML");
  property(win.ShadowRoot.prototype, "innerHTML");

  const method = (owner, key, at, scripts) =>
    patch(owner, key, (original, self, args) => {
      if (args.length <= at) return apply(original, self, args);
      const given = args[at];
      args[at] = clean(given, scripts);
      const answer = apply(original, self, args);
      look(answer ?? (at ? attempt(() => N.parentNode(self)) ?? self : self), args[at], args[at] !== given);
      return answer;
    });
  method(win.Element.prototype, "insertAdjacentHTML", 1, false);
  method(win.Element.prototype, "setHTMLUnsafe", 0, false);
  method(win.ShadowRoot.prototype, "setHTMLUnsafe", 0, false);
  method(win.Range.prototype, "createContextualFragment", 0, true);

  // `document.write` may come in pieces: an unfinished tag is kept back until the rest arrives.
  const tails = pin(new WeakMap());
  const write = (end) => (original, self, args) => {
    let text = tails.get(self) ?? "";
    for (let i = 0; i < args.length; i++) text += args[i];
    text += end;
    const cut = CUT.exec(text)?.[0] ?? "";
    const whole = text.slice(0, text.length - cut.length);
    const safe = rewrite(whole, true);
    const untouched = safe === text && args.length === 1 && !tails.get(self) && types?.isHTML(args[0]);
    tails.set(self, cut);
    const opens = attempt(() => N.readyState(self) !== "loading");
    const answer = apply(original, self, untouched ? args : [end && safe.slice(-1) === end ? safe.slice(0, -1) : safe]);
    if (opens) reopened(self);
    if (/<iframe/i.test(safe)) look(self, safe, false);
    return answer;
  };
  const { prototype } = win.Document;
  patch(prototype, "write", write(""));
  patch(prototype, "writeln", write("\n"));
  patch(prototype, "close", (original, self, args) => {
    const tail = tails.get(self);
    tails.delete(self);
    if (tail) attempt(() => self.write(tail + " "));
    return apply(original, self, args);
  });
};
