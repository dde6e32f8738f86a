// HTML given as text: `innerHTML` and its like, `createContextualFragment`.
// The very same string is passed on unless a tag in it would load what is held; then just that tag is rewritten by its
// tokens (tags.js).

import { pump } from "../gate.js";
import * as N from "../natives.js";
import { apply, attempt, exec, getter, isTrustedHtml, localName, lower, method, patch, queryAll, setter, slice, swap, written } from "../natives.js";
import { heldCss } from "./css.js";
import { blanked, isBlank, mayRun } from "./blank.js";
import { ever, markStarted } from "./held.js";
import { HELD, LOADS, STYLES, TYPE } from "./loads.js";
import { crowded, hear } from "./realms.js";
import { retext } from "./sheets-text.js";
import { settleSheet } from "./styles.js";
import { ANY, byBases, content, firstHeld, heldStyle, mayLoad, walk } from "./tags.js";
import { COMING, FRAMES, TEXT, arrive, heldText, note, playApart, retelling, retold, scan, settle } from "./tree.js";

export const quoted = (text) => swap(/[&"]/g, text, (found) => (found[0] === "&" ? "&amp;" : "&quot;"));

// What is written into a document runs before anybody could look at it, and so does text whose scripts run. In a frame's page (of
// which the frame is the base) they are met.
const running = (tag, body, of) => {
  const page = typeof of === "string" ? document : N.nodeType(of) === 9 && of;
  return page && heldText(tag, body, of, page);
};

// `scripts`: those in it will run. `of`: what its addresses hang on. `strange`: nobody knows where it comes to stand. `shy`: frames
// come in blank (blank.js).
export const rewrite = (html, scripts, of = document, strange, shy) => {
  if (!mayLoad(html)) return html;
  // What we can't read is not written: a fault of our own must not let anything through.
  return attempt(
    () => {
      const by = byBases(html, of);
      return walk(html, (name, tag, open, body, start, loose) => {
        if (name === "style") {
          const held = by((of) => heldStyle(body, of, loose));
          return held && open + held.text;
        }
        if (!LOADS[name] || (name === "script" && !scripts)) return null;
        const shown = shy && FRAMES[name] > 1 && (tag.srcdoc != null || !isBlank(tag.src ?? ""));
        if (!shown && !(by((of) => firstHeld(tag, name, of)) ?? (name === "script" && running(tag, body, of)))) return null;
        ever.held = true;
        if (name === "script") return slice(open, 0, 7) + ` type="${quoted(TYPE + (tag.type ?? "-"))}"` + slice(open, 7) + (loose ? "" : body);
        let answer = "";
        let from = 0;
        for (let i = 0; i < tag.length; i++) {
          if (LOADS[name][tag[i].name] === undefined) continue;
          answer += slice(open, from, tag[i].at - start) + HELD;
          from = tag[i].at - start;
        }
        return answer + slice(open, from) + body;
      }, strange);
    },
    "",
  );
};

const importNode = method(window.Document.prototype, "importNode");
const createDocumentFragment = method(window.Document.prototype, "createDocumentFragment");
const hostOf = getter(window.ShadowRoot?.prototype, "host");
const commonOf = getter(window.Range.prototype, "commonAncestorContainer");

// Is there anything in a text that could matter, and does it have what its tags alone don't tell: styles, marks, roots in the shadow?
// In an attribute's style an address may also be spelled otherwise, or be quoted for later.
const QUOTED = "[\\0- ]*(?:h\\t*t|/)";
const STYLED = `(?:${STYLES.join("|")})\\s*=\\s*(?:"[^"]*?(?:[\\\\&]|'${QUOTED})|'[^']*?(?:[\\\\&]|"${QUOTED})|(?!["'])[^\\t\\n\\f\\r >]*?(?:[\\\\&]|["']${QUOTED}))`;
const ODD = "<style|(?:url|src|image-set)\\(|" + STYLED + "|shadowroot|data-(?:consent|category|name|cookieconsent)|optanon-category-";
const SIGNS = new RegExp(ODD + "|<base|" + ANY.source, "i");
const odd = new RegExp(ODD, "i");
// Roots may come of it, of which nobody tells. What is no text yet may be another one when it is read.
const rooted = (html) => {
  if (typeof html !== "string" || exec(/shadowroot/i, html)) ever.shadowed = ever.deep = true;
};
// A frame in it is about to come into a document.
export const framed = (html, node) => {
  const has = exec(/<(?:[\w.-]+:)?(?:i?frame|object|embed)/i, html) !== null;
  if (has) attempt(() => hear(N.ownerDocument(node) ?? node));
  return has;
};
export const tells = (html) => typeof html !== "string" || exec(SIGNS, html) !== null;

// What a text has become is looked through as well: what was rewritten goes to the quarantine, and what a
// reading by tags can't find, or Trusted Types did not let us write, is caught before it loads. New frames get their patches.
export const look = (html, how, parent, from, to) => {
  if (!parent) return;
  let held = false;
  attempt(() => {
    const strange = exec(odd, written(html)) !== null || contentType(N.ownerDocument(parent) ?? parent) !== "text/html";
    note(parent);
    const media = !N.isConnected(parent) && exec(/<(?:audio|video)/i, written(html)) ? queryAll(parent, "audio,video") : "";
    for (let i = 0; media[i]; i++) playApart(media[i]);
    const templates = how === TEXT && strange ? queryAll(parent, "template") : "";
    for (let i = 0; templates[i]; i++) markIn(templates[i]);
    if (!from && !to) held = scan(parent, how, strange);
    else for (let node = from ? N.nextSibling(from) : N.firstChild(parent); node && node !== to; node = N.nextSibling(node)) held = scan(node, how, strange) || held;
  });
  if (held) pump();
};

// In a drawing text is read otherwise.
const setInner = setter(window.Element.prototype, "innerHTML");
const namespace = getter(window.Element.prototype, "namespaceURI");
const contentType = getter(window.Document.prototype, "contentType");
export const isDrawn = (element) => attempt(() => exec(/svg|Math/, namespace(element)) !== null, false);

// Scripts of a text that a template keeps.
const contentOf = getter(window.HTMLTemplateElement.prototype, "content");
const markIn = (template) => {
  const content = contentOf(template);
  const scripts = queryAll(content, "script");
  for (let i = 0; scripts[i]; i++) markStarted(scripts[i]);
  const inner = queryAll(content, "template");
  for (let i = 0; inner[i]; i++) markIn(inner[i]);
};

const KEPT = new RegExp(` type="${TYPE}-"|( type=")${TYPE}|( )${HELD}(?=[\\w:]+=")`, "g");
const NOTHING = { __proto__: null };

export const markup = (win) => {
  // In XML a tag may be spelled in any way.
  const foreign = attempt(() => contentType(win.document) !== "text/html", false);
  const matters = (html) => foreign || tells(html);
  // In some a tag is text.
  const isText = (element) =>
    exec(/^(?:textarea|title|xmp|iframe|noembed|noframes|plaintext)$/, localName(element)) !== null &&
    attempt(() => namespace(element) === "http://www.w3.org/1999/xhtml" && contentType(N.ownerDocument(element)) === "text/html", false);
  // Passes the text of place `at` on, rewritten where it must be; where Trusted Types refuse ours, the page's own. `parent`: what it
  // comes into; `out`: what goes for it; `put`: puts in its place what was made elsewhere, by `fill`; `live`: its scripts run while it
  // is being put in.
  const pass = (original, self, args, at, scripts, { parent = self, out, put, fill = setInner, live } = NOTHING) => {
    // Nothing is an empty text to some of them, and a word to others.
    if (args[at] === null) return apply(original, self, args);
    const given = args[at];
    const vouched = isTrustedHtml(given);
    const text = written(given);
    const has = framed(text, self);
    const shy = has && (live || (!scripts && ever.custom && attempt(() => exec(/<[a-z][^\s/>]*-|shadowroot/i, text) !== null || ever.extended || (out && mayRun(out)), true)));
    const base = attempt(() => N.baseURI(self)) ?? attempt(() => N.baseURI(commonOf(self)));
    const act = () => {
      // What is trusted is taken apart as a tree: nobody could give a page back that is text in a tree (blank.js).
      if (shy && vouched && put && attempt(() => N.isConnected(parent) && N.nodeType(parent) !== 9)) return apart(parent, (stand) => fill(stand, given), put, out);
      const safe = rewrite(text, scripts, base, isDrawn(parent), shy);
      if (safe !== text && vouched)
        try {
          args[at] = attempt(() => N.trustedHtml(safe), safe);
          return apply(original, self, args);
        } catch {
          args[at] = given;
        }
      else args[at] = vouched ? given : safe;
      return apply(original, self, args);
    };
    return crowded(has, act);
  };
  // Fills an element that stands for `parent` in a document in which nothing loads, and puts what is in it then where it belongs.
  const apart = (parent, fill, put, out) => {
    const own = N.ownerDocument(content);
    const stand = importNode(own, localName(parent) ? parent : hostOf(parent), false);
    fill(stand);
    const fragment = createDocumentFragment(own);
    for (let node; (node = N.firstChild(stand)); ) N.insertBefore(fragment, node, null);
    const after = attempt(() => arrive(fragment, parent)) ?? [];
    blanked(after, out ? [fragment, out] : [fragment]);
    put(fragment);
    attempt(() => settle(after));
  };
  const instead = (parent) => (fragment) => {
    N.empty(parent);
    N.insertBefore(parent, fragment, null);
  };

  const inner = (original, self, args, live = false) => {
    const name = localName(self);
    // Nothing of a template loads, nor is a script's text markup; what comes out of there is met then.
    if (name === "script") return retelling(self, () => retold(self, written(args[0])), () => apply(original, self, args));
    if (name === "template") {
      if (args[0] !== null && !isTrustedHtml(args[0])) args[0] = "" + args[0];
      apply(original, self, args);
      return void attempt(() => exec(odd, written(args[0])) && markIn(self));
    }
    if (isText(self) || !matters(args[0])) return apply(original, self, args);
    if (name === "style") {
      const text = written(args[0]);
      args[0] = attempt(() => heldCss(text, self)?.text, "") ?? (isTrustedHtml(args[0]) ? args[0] : text);
      apply(original, self, args);
      attempt(() => settleSheet(self));
      return;
    }
    const answer = pass(original, self, args, 0, live, { __proto__: null, out: self, put: !live && instead(self), fill: (stand, text) => apply(original, stand, [text]), live });
    look(args[0], live ? COMING : TEXT, self);
    return answer;
  };
  const roots = [win.Element.prototype, win.ShadowRoot.prototype];
  const { setHTML } = win.Element.prototype;
  for (let i = 0; i < 2; i++) {
    patch(roots[i], "innerHTML", inner, "set");
    patch(roots[i], "setHTMLUnsafe", (original, self, args) => {
      rooted(args[0]);
      // Read once, so that what we have seen is what the browser sees.
      const options = args[1];
      const live = !!options?.runScripts;
      if (options && exec(/^(object|function)$/, typeof options)) args[1] = { __proto__: options, runScripts: live };
      return inner(original, self, args, live);
    });
    // A sanitizer would drop what we write. So it works where nothing loads, and what it has let through is met when it comes here.
    patch(roots[i], "setHTML", (original, self, args) => {
      if (exec(/^(?:script|template)$/, localName(self)) || !matters(args[0])) return apply(original, self, args);
      apart(self, (stand) => apply(setHTML, stand, args), instead(self), self);
      attempt(() => look(args[0], TEXT, self));
    });
  }
  // Nobody reaches a closed root that a parser made. What else such a document has is met when it is taken over.
  patch(win.Document, "parseHTMLUnsafe", (original, self, args) => {
    if (args.length && !isTrustedHtml(args[0])) args[0] = written(args[0]);
    rooted(args[0]);
    if (args.length && exec(/shadowroot/i, written(args[0]))) return pass(original, self, args, 0, true);
    return apply(original, self, args);
  });
  // The type and the addresses of what is held read as they were set; its styles, and what stands in it, don't.
  patch(win.Element.prototype, "outerHTML", (original, self, args) => {
    const text = apply(original, self, args);
    return ever.held ? swap(/^<(?:"[^"]*"|[^">])*/g, text, (tag) => swap(KEPT, tag[0], (found) => found[1] ?? found[2] ?? "")) : text;
  }, "get");
  patch(win.Element.prototype, "outerHTML", (original, self, args) => {
    const parent = attempt(() => N.parentNode(self));
    if (!matters(args[0])) return retext(parent, args, () => apply(original, self, args));
    const from = attempt(() => N.previousSibling(self));
    const to = attempt(() => N.nextSibling(self));
    const put = (fragment) => {
      N.insertBefore(parent, fragment, self);
      N.removeChild(parent, self);
    };
    retext(parent, args, () => pass(original, self, args, 0, false, { __proto__: null, parent, out: self, put }));
    look(args[0], TEXT, parent, from, to);
  }, "set");
  patch(win.Element.prototype, "insertAdjacentHTML", (original, self, args) => {
    if (args.length < 2) return apply(original, self, args);
    const place = lower((args[0] = "" + args[0]));
    const outside = place === "beforebegin" || place === "afterend";
    const parent = attempt(() => (outside ? N.parentNode(self) : self));
    if (isText(parent) || !matters(args[1])) return retext(parent, [args[1]], () => apply(original, self, args));
    const from = place === "beforebegin" ? N.previousSibling(self) : place === "afterend" ? self : place === "beforeend" ? N.lastChild(self) : null;
    const to = place === "beforebegin" ? self : place === "afterend" ? N.nextSibling(self) : place === "afterbegin" ? N.firstChild(self) : null;
    const put = exec(/^(before|after)(begin|end)$/, place) ? (fragment) => N.insertBefore(parent, fragment, to) : undefined;
    retext(parent, [args[1]], () => pass(original, self, args, 1, false, { __proto__: null, parent, put }));
    look(args[1], TEXT, parent, from, to);
  });
  // The scripts of a fragment run when it is put in; its pictures load at once.
  patch(win.Range.prototype, "createContextualFragment", (original, self, args) => {
    if (!args.length || !matters(args[0])) return apply(original, self, args);
    const answer = pass(original, self, args, 0, true);
    look(args[0], COMING, answer);
    return answer;
  });
};
