// Frames with a page of text: a `srcdoc`, a blob, what a script answers.

import { whole } from "../gate.js";
import * as N from "../natives.js";
import { apply, attempt, exec, indexOf, localName, newWeakMap, newWeakSet, sequence, slice } from "../natives.js";
import { ever, hushed, park } from "./held.js";
import { keptAs } from "./loads.js";
import { rewrite } from "./markup.js";
import { frame } from "./realms.js";
import { blobOf, isSealed, isXml, textOf, typeOfBlob } from "./tags.js";
import { settle } from "./tree.js";
import { books } from "./workers.js";

// The pages of frames that were rewritten: frame → the value that was given, and ours.
const pages = newWeakMap();
const { Blob, URL } = window;
const { createObjectURL } = URL;

// An address that is a script, whose answer may be a page: here it is written, so that it is read like any other text. Where
// none may be run that is only text, the address stays.
const { JSON, decodeURIComponent, encodeURIComponent, eval: run } = window;
const { stringify } = JSON;
let evals; // asked once, since a policy's reports tell of it
const answering = (address) =>
  attempt(() => {
    const code = exec(/^javascript:([^]*)/, address)?.[1];
    return code && (evals ??= attempt(() => run("1"), 0)) && "javascript:" + encodeURIComponent(`{let a=(0,eval)(${stringify(decodeURIComponent(code))});if(typeof a=="string"){document.open();document.write(a);document.close()}void 0}`);
  });

// In WebKit nobody gets to a page between its coming and its first script. So one of text calls the gate by a script of its own,
// where scripts may run. `HERE` is no secret: whoever calls has the frame looked at.
const HERE = "consent-gate:here";
const HOOK = `<script${N.nonce ? ` nonce="${N.nonce}"` : ""}>frameElement?.dispatchEvent(new Event("${HERE}"));document.currentScript.remove()</script>`;
const hooking = newWeakSet(); // frames that are heard
const hooked = (element, text) => {
  if (!N.isWebKit || !exec(/<(?:script|i?frame|object|embed)|\bon\w+\s*=|javascript:/i, text) || !exec(/^$|allow-scripts/i, N.getAttribute(element, "sandbox") ?? "")) return text;
  if (!hooking.has(element)) N.listen(element, HERE, () => frame(element));
  hooking.add(element);
  // In a copy of a frame it is there.
  if (indexOf(text, HOOK) >= 0) return text;
  // Behind what says how the page is laid out, and the tags that its own script would stand behind, and comments.
  const before = exec(/^(?:\s|<!--(?:-?>|[^]*?--!?>)|<!(?!--)[^>]*>|<\?[^>]*>|<(?:html|head)(?=[\s>])(?:[^"'>]|"[^"]*"|'[^']*')*>)*/i, text)[0];
  return before + HOOK + slice(text, before.length);
};

// Puts a frame's page, a `srcdoc`, a blob or what a script answers, in with its held tags made inert; its own realm and observer
// see to the rest. In a sealed frame nobody could release them, and under Trusted Types nobody can write it: `false`, and it is
// held as a whole.
export const reframe = (element, attribute, value) => {
  const blob = attribute === "srcdoc" ? null : blobOf(value);
  // One of XML can't be rewritten by its tags, and is held as a whole; one that makes up what stands in it comes empty.
  const page = blob ? textOf(value, true) : attribute === "srcdoc" ? value : "";
  let text = page;
  if (blob && isXml(value)) text = exec(/<!ENTITY\s+%/, page) ? "" : page;
  else if (page && !isSealed(element)) {
    text = rewrite(page, true, element);
    if (!blob || exec(/^$|\/html/i, typeOfBlob(blob))) text = hooked(element, text);
  }
  const script = attribute === "src" && pages.get(element)?.safe !== value ? answering(whole(value, element)) : null;
  if (text === page && !script) {
    const at = blob || pages.has(element) ? -1 : indexOf(page, HOOK);
    if (at >= 0) pages.set(element, { attribute, value: slice(page, 0, at) + slice(page, at + HOOK.length), safe: page });
    return false;
  }
  const put = () =>
    attempt(() => {
      const made = blob ? apply(createObjectURL, URL, [new Blob(sequence([text]), { __proto__: null, type: exec(/^[^;]*/, typeOfBlob(blob))[0] + ";charset=utf-8" })]) : "";
      if (made) books.blobs.set(made, null); // what is in it we know
      const safe = script ?? (made ? made + exec(/(?:#[^]*)?$/, value)[0] : text);
      N.setAttribute(element, attribute, safe);
      N.removeAttribute(element, keptAs(attribute));
      ever.held = true;
      hushed(element, "load", false);
      pages.set(element, { attribute, value, safe });
      return true;
    }, false);
  // Chromium does not follow what a frame gets in the very task in which the parser has put it in.
  if (script || !N.isConnected(element) || N.readyState(N.ownerDocument(element)) !== "loading") return put();
  if (N.hasAttribute(element, attribute)) park(element, localName(element), attribute, value, true);
  N.setTimeout(() => void (put() || settle([element])), 0);
  return true;
};

// What the page gave there.
export const givenPage = (element, attribute) => {
  const page = pages.get(element);
  return page && page.attribute === attribute && N.getAttribute(element, attribute) === page.safe ? page.value : undefined;
};
