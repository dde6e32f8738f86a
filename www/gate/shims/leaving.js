// Forms and links with a target: what they send into a frame is a load like any other. Where they take the visitor
// to is the visitor's business; only a window that a script opens by itself is held, as browsers hold pop-ups.

import { FORM, FRAME, judge, whole } from "../gate.js";
import * as N from "../natives.js";
import { apply, attempt, exec, getter, localName, method, newWeakMap, newWeakSet, patch, queryAll, startsWith } from "../natives.js";
import { enlist } from "./held.js";
import { read } from "./loads.js";
import { aim, frameNamed, isGesture, isPopup, mayNotGo, own } from "./realms.js";

const { HTMLFormElement, Event, SubmitEvent } = window;
const submit = method(HTMLFormElement.prototype, "submit");
const isPrevented = getter(Event.prototype, "defaultPrevented");
const pathOf = method(Event.prototype, "composedPath");
const submitterOf = getter(SubmitEvent?.prototype, "submitter");

const sent = newWeakMap(); // form → ticket

const targetOf = (element, own) =>
  (own ?? read(element, "target") ?? attempt(() => read(queryAll(N.ownerDocument(element), "base[target]")[0], "target"))) || "_self";

// An address that is a script would run in a new window before anybody could reach that.
const runsApart = (target, address) => isPopup(target) && exec(/^javascript:/i, address) !== null;

// Must a form wait? Then a copy of it does, since the page may go on to use it for something else.
const holdForm = (form, submitter) => {
  const own = (name) => (submitter ? N.getAttribute(submitter, "form" + name) : null);
  const target = targetOf(form, own("target"));
  const action = own("action") ?? N.getAttribute(form, "action") ?? "";
  // Where it isn't for a window that the visitor opens, it may be for a frame that nobody has met.
  if (!frameNamed(N.viewOf(N.ownerDocument(form)), target)) {
    if (runsApart(target, whole(action, form))) return true;
    if (!isPopup(target) || isGesture()) return false;
  }
  const request = judge(FORM, action, "", false, form);
  if (!request) return false;
  const copy = N.cloneNode(form, true);
  N.setAttribute(copy, "action", action);
  N.setAttribute(copy, "target", target);
  N.setAttribute(copy, "hidden", "");
  const root = N.rootOf(N.ownerDocument(form));
  enlist(sent, form, form, request, () => {
    N.insertBefore(root, copy, null);
    submit(copy);
    N.removeChild(root, copy);
  });
  return true;
};

// Must a link's address wait? A frame then waits for it as if it were its own.
const holdLink = (link, made) => {
  const given = read(link, "href") ?? read(link, "xlink:href");
  if (given == null) return false;
  const address = whole(given, link);
  const target = targetOf(link);
  const frame = frameNamed(N.viewOf(N.ownerDocument(link)), target);
  // A page of text has to call the gate in WebKit (pages.js).
  if (frame) return (mayNotGo(frame, address) || (N.isWebKit && startsWith(address, "blob:") && !N.hasAttribute(frame, "srcdoc"))) && aim(frame, address);
  if (runsApart(target, address)) return true;
  return made && isPopup(target) && !isGesture() && judge(FRAME, address) !== null;
};

const isLink = (node) => {
  const name = localName(node);
  return name === "a" || name === "area";
};

const clicked = (event) => {
  attempt(() => {
    if (isPrevented(event)) return;
    const path = pathOf(event);
    for (let i = 0; i < path.length; i++)
      if (isLink(path[i])) {
        if (holdLink(path[i], !event.isTrusted)) N.prevent(event);
        return;
      }
  });
};
const submitted = (event) => {
  if (!isPrevented(event) && attempt(() => holdForm(N.eventTarget(event), submitterOf?.(event)))) N.prevent(event);
};

export const leaving = (win) => {
  patch(win.HTMLFormElement.prototype, "submit", (original, self, args) => {
    if (!attempt(() => holdForm(self, null), false)) return apply(original, self, args);
  });
  // A click on a link that is in no document is heard by nobody.
  patch(win.HTMLElement.prototype, "click", (original, self, args) => {
    if (!attempt(() => isLink(self) && !N.isConnected(self) && holdLink(self, true), false)) return apply(original, self, args);
  });
};

// Before the page hears of it, and after: it may have changed where the form, or the link, goes.
const hearIn = (target, document) => {
  for (let i = 0; i < 2; i++) {
    N.listen(target, "click", own(document, clicked), i === 0);
    N.listen(target, "submit", own(document, submitted), i === 0);
  }
};
leaving.page = (win) => hearIn(win, win.document);
// What happens in the shadow is not told outside: no submission, nor in a closed root which link was clicked.
const heard = newWeakSet();
export const hearShadow = (root) => {
  if (heard.has(root)) return;
  heard.add(root);
  hearIn(root, N.ownerDocument(root));
};
