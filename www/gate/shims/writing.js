// `document.write`, which puts text where the parser stands, in any pieces.

import * as N from "../natives.js";
import { apply, attempt, exec, isTrustedHtml, list, localName, method, newWeakMap, newWeakSet, patch, slice, startsWith, written } from "../natives.js";
import { blanked } from "./blank.js";
import { orderOf, orders, park, released } from "./held.js";
import { runs, typeOf } from "./loads.js";
import { isDrawn, rewrite } from "./markup.js";
import { framesIn, reopened } from "./realms.js";
import { left, walk } from "./tags.js";
import { FRAMES, arrive, settle } from "./tree.js";

// `document.write` may come in pieces: an unfinished tag or script is kept back until the rest arrives. One of which only the name has
// begun may be none, so it is written, and read again with the rest, as comments and raw text are: what is rewritten begins with the
// same letters.
const tails = newWeakMap();
const begun = newWeakMap();
const writer = newWeakMap();
const loose = newWeakSet(); // documents of which it isn't trusted text that is kept back
const strangers = newWeakSet(); // documents in which it is unknown in what the next text comes to stand
const NAME = /^<\/?[a-z]*$/i;
const { queueMicrotask } = window;
const NOTHING = window.trustedTypes?.emptyHTML ?? "";

const createRange = method(window.Document.prototype, "createRange");
const selectNode = method(window.Range?.prototype, "selectNode");
const fragmentOf = method(window.Range?.prototype, "createContextualFragment");

export const writing = (win) => {
  const { prototype } = win.Document;
  const plain = method(prototype, "write");
  // The page's own markup may finish what a script has begun; but for what might load.
  const flush = (self) => {
    const tail = tails.get(self);
    if (!tail || N.readyState(self) !== "loading") return;
    const head = begun.get(self);
    const text = head + tail;
    walk(text, () => null);
    if (left.half) return;
    begun.set(self, text);
    tails.delete(self);
    give(self, slice(rewrite(text, true, self), head.length), !loose.has(self));
  };
  // What was made of trusted text is trusted, if the page lets us say so.
  const give = (self, text, vouched) => plain(self, vouched ? attempt(() => N.trustedHtml(text), text) : text);
  // Where the tags of frames end in a text.
  const endsIn = (text, strange) => {
    const ends = list();
    if (exec(/<i?frame/i, text))
      walk(text, (name, tag, open, body, start, loose, hidden) => {
        const end = start + open.length;
        if (!(FRAMES[name] > 1) || hidden) return;
        if (end <= ends[ends.length - 1]) ends.length = 0; // it is read again
        ends[ends.length] = end;
      }, strange);
    return ends;
  };
  const write = (last) => (original, self, args) => {
    const script = attempt(() => N.currentScript(self));
    const behind = script && released.has(script);
    // Where another script writes now, the parser has gone on meanwhile, and what had begun is over, but perhaps for a name.
    const same = writer.get(self) === script;
    let start = behind ? "" : (begun.get(self) ?? "");
    if (!same && !exec(NAME, start)) start = "";
    const kept = tails.get(self) ?? "";
    let text = start + kept;
    if (!kept) loose.delete(self);
    for (let i = 0; i < args.length; i++) {
      if (!isTrustedHtml(args[i])) loose.add(self);
      text += written(args[i]);
    }
    text += last;
    const vouched = !loose.has(self);
    const strange = strangers.has(self) || isDrawn(script);
    walk(text, () => null, strange);
    let { cut, open } = left;
    if (left.strange) strangers.add(self);
    if (!behind && exec(NAME, slice(text, cut))) {
      open = cut;
      cut = text.length;
    }
    const from = cut < start.length ? start.length : cut;
    begun.set(self, behind ? "" : slice(text, cut < text.length ? cut : open, from));
    tails.set(self, slice(text, from));
    if (from < text.length) apply(queueMicrotask, window, [() => attempt(() => flush(self))]);
    const whole = slice(text, 0, cut);
    if (behind) {
      attempt(() => writeBehind(script, args.length === 1 && isTrustedHtml(args[0]) && whole === text ? args[0] : whole));
      return;
    }
    // A document that no parser is at opens, which takes our listeners off; they are back before anything is parsed. A text
    // of nothing opens it, or is passed over where this one would be.
    attempt(() => plain(self, NOTHING));
    if (attempt(() => !N.firstChild(self))) reopened(self);
    let safe = rewrite(whole, true, self, strange);
    safe = startsWith(safe, start) ? slice(safe, start.length) : rewrite(slice(whole, start.length), true, self, strange);
    if (start && !same) safe = rewrite(safe, true, self, strange);
    writer.set(self, script);
    const untouched = start + safe === text && args.length === 1 && !kept && isTrustedHtml(args[0]);
    // What is written behind a frame must not find it as the browser makes it. What is trusted can't be taken apart where nobody may vouch for
    // its pieces.
    const ends = attempt(() => endsIn(start + safe, strange), list());
    const before = start.length;
    let at = 0;
    attempt(() => {
      for (let i = 0; i < ends.length; i++) {
        if (ends[i] <= before) continue;
        give(self, slice(safe, at, ends[i] - before), vouched);
        at = ends[i] - before;
        framesIn(self, true);
      }
    });
    if (at || !untouched) return give(self, slice(safe, at), vouched);
    const answer = apply(original, self, args);
    if (ends.length) attempt(() => framesIn(self, true));
    return answer;
  };
  patch(prototype, "write", write(""));
  patch(prototype, "writeln", write("\n"));
  patch(prototype, "close", (original, self, args) => {
    tails.delete(self);
    begun.delete(self);
    strangers.delete(self);
    return apply(original, self, args);
  });
};

// What a script writes that is released when the parser is elsewhere, or has done, would take the page's place. It comes
// to stand where the parser would have put it: behind the script; its scripts run in the order in which they stand.
const ends = newWeakMap(); // script → the last node that it wrote
const writeBehind = (script, html) => {
  const parent = N.parentNode(script);
  const range = createRange(N.ownerDocument(script));
  selectNode(range, script);
  const fragment = fragmentOf(range, html);
  const before = N.nextSibling(ends.get(script) ?? script);
  const last = N.lastChild(fragment);
  if (!last) return;
  ends.set(script, last);
  const after = arrive(fragment, parent) ?? [];
  for (let i = 0; i < after.length; i++)
    if (localName(after[i]) === "script" && runs(typeOf(after[i]))) {
      orders.set(after[i], orderOf(after[i]));
      park(after[i], "script");
    }
  blanked(after, [fragment]);
  N.insertBefore(parent, fragment, before);
  settle(after);
};
