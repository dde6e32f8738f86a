// Instructions to a document (`<?xml-stylesheet href="…"?>`), which load a sheet without any element.

import * as N from "../natives.js";
import { apply, attempt, patch } from "../natives.js";
import { enlist, forget, tickets } from "./held.js";
import { firstHeld, walk } from "./tags.js";

// An instruction to a document is about to get that text, or to come in with it: one that names a sheet that may not load waits
// without any. Answers whether it does.
const { cloneNode } = window.Node.prototype;
export const instruct = (node, text = N.textContent(node)) => {
  forget(node);
  let request;
  walk(`<link rel=stylesheet ${text}>`, (name, tag) => void (request ??= firstHeld(tag, name, node)));
  if (!request) return false;
  // Chromium never gets done with a page in which one that is there is made empty.
  if (text === N.textContent(node)) N.setText(node, "");
  enlist(tickets, node, node, request, () => N.setText(node, text));
  return true;
};
// What does something to its text does that to a copy first.
export const instructed = (original, self, args) => {
  const copy = apply(cloneNode, self, []);
  const answer = apply(original, copy, args);
  return attempt(() => instruct(self, N.textContent(copy)), true) ? answer : apply(original, self, args);
};

export const instructions = (win) => patch(win.ProcessingInstruction.prototype, "setAttribute", instructed);
