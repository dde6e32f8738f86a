// Changes of a part of a style's text, or a script's. A sheet sets out on its imports the moment its text changes, and pieces may make one
// that none of them is: so while that changes it is no sheet, and what has become of it is judged before it is one again.

import * as N from "../natives.js";
import { attempt, getter, indexOf, localName, setter } from "../natives.js";
import { heldCss } from "./css.js";
import { pieced, settleSheet } from "./styles.js";
import { retelling, retoldBy } from "./tree.js";

const data = getter(window.CharacterData.prototype, "data");
const setData = setter(window.CharacterData.prototype, "data");
const sheetIn = getter(window.HTMLStyleElement?.prototype, "sheet");

const isStyle = (node) => !!node && N.nodeType(node) === 1 && N.nameOf(node) === "style";
// Is it one of several pieces of a style's text?
export const isPart = (node) => {
  if (!pieced) return false;
  try {
    return N.nodeType(node) !== 1 && isStyle(N.parentNode(node));
  } catch {
    return false;
  }
};
// The style that it is, or is in.
export const styleOf = (node) => (isStyle(node) ? node : isStyle((node = N.parentNode(node))) ? node : null);

// The text that pieces are together.
export const textOf = (pieces) => {
  let text = "";
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i];
    text += piece && (typeof piece === "object" || typeof piece === "function") ? N.textContent(piece) : piece;
  }
  return text;
};
// A piece of a style's text.
export const barredText = (piece, of) => {
  if (typeof piece !== "object" || !piece) return heldCss((piece = "" + piece), of)?.text ?? piece;
  if (N.nodeType(piece) !== 3) return piece;
  const held = heldCss(data(piece), of);
  if (held) setData(piece, held.text);
  return piece;
};

// `run` changes the text of the script that `node` is, or is in.
const rescript = (node, pieces, run) => {
  const script = attempt(() => (localName(node) === "script" ? node : localName(N.parentNode(node)) === "script" ? N.parentNode(node) : null));
  return script ? retelling(script, () => retoldBy(script, textOf(pieces)), run) : run();
};

// `run` changes the text of the style that `node` is, or is in, if any; `pieces` come into it.
export const retext = (node, pieces, run) => {
  const style = attempt(() => styleOf(node), null);
  if (!style) return node ? rescript(node, pieces, run) : run();
  const imports = attempt(() => N.isConnected(style) && indexOf(N.textContent(style) + textOf(pieces), "@") >= 0, true);
  const type = N.getAttribute(style, "type");
  if (imports) N.setAttribute(style, "type", "-");
  try {
    return run();
  } finally {
    attempt(() => {
      settleSheet(style);
      if (!imports) return;
      if (type === null) N.removeAttribute(style, "type");
      else N.setAttribute(style, "type", type);
      // A drawing's looks at its type only when its text changes.
      if (attempt(() => sheetIn(style)) === undefined) setData(N.firstChild(style), data(N.firstChild(style)));
    });
  }
};
