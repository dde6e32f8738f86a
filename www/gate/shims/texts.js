// Text that a script sets or adds to, which matters in a style, in a list of rules, in a script, and in an attribute.

import * as N from "../natives.js";
import { apply, attempt, exec, localName, patch, replace, words, written } from "../natives.js";
import { setAttributeValue } from "./attributes.js";
import { heldCss } from "./css.js";
import { instructed } from "./instructions.js";
import { passed } from "./setting.js";
import { isPart, retext } from "./sheets-text.js";
import { settleSheet } from "./styles.js";
import { retelling, retold, retoldBy } from "./tree.js";

// Neither an address nor a style is written without one of these.
const TELLING = /[(/@\\]/;

const setText = (original, self, args) => {
  const type = attempt(() => N.nodeType(self));
  if (!args.length) return apply(original, self, args);
  if (type === 2) return setAttributeValue(original, self, args);
  if (type === 7) return instructed(original, self, args);
  const at = args.length - 1;
  const text = written(args[at]);
  args[at] = passed(args[at], text);
  const beside = at && type === 1 && exec(/^(?:beforebegin|afterend)$/i, (args[0] = "" + args[0]));
  const owner = type === 1 && !beside ? self : attempt(() => N.parentNode(self));
  const name = localName(owner);
  if (name === "style") {
    args[at] = attempt(() => heldCss(text, self)?.text, "") ?? args[at];
    if (type !== 1 || at) return retext(owner, args, () => apply(original, self, args));
    apply(original, self, args);
    attempt(() => settleSheet(owner));
    return;
  }
  if (name !== "script") return apply(original, self, args);
  return retelling(owner, () => (type === 1 && !at ? retold : retoldBy)(owner, text), () => apply(original, self, args));
};

const reach = (owner, names, part) => {
  const keys = words(names);
  for (let i = 0; i < keys.length; i++)
    if (part)
      replace(owner, keys[i], (original) => ({
        [original.name](text) {
          if (typeof text === "string" ? exec(TELLING, text) !== null : text != null) setText(original, this, [text]);
          else if (isPart(this)) retext(this, [], () => apply(original, this, [text]));
          else apply(original, this, [text]);
        },
      })[original.name], part);
    else patch(owner, keys[i], setText);
};

export const texts = (win) => {
  const { Node, CharacterData, HTMLElement, HTMLScriptElement, Element } = win;
  reach(Node.prototype, "textContent nodeValue", "set");
  reach(CharacterData.prototype, "data", "set");
  reach(CharacterData.prototype, "appendData insertData replaceData");
  reach(HTMLElement.prototype, "innerText", "set");
  // Trusted Types have brought scripts setters of their own.
  reach(HTMLScriptElement.prototype, "text textContent innerText", "set");
  reach(Element.prototype, "insertAdjacentText");
};
