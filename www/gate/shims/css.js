// Addresses in styles that are still text. One that may not load gets a beginning that makes it no address at all,
// so that the browser drops it without a word, in whatever property it stands and under whatever policy. It is
// put in front and nothing is taken away: what was there can be told, and put back, from the text alone, wherever the
// page has carried it.

import { FONT, STYLE, STYLESHEET, bases, judge } from "../gate.js";
import { attempt, exec, indexOf, lower, slice, startsWith, swap } from "../natives.js";
import { textIn } from "./tags.js";

// A port that is no number.
const BAR = "https://:held/";

const MAY_LOAD = /url\(|@import|image-set\(|src\(|\\|["'][\0- ]*(?:h\t*t\t*t\t*p|\/\t*\/)/i;
// Comments; quoted text; names, with or without escapes, of which those that begin with `#` or `@` are no addresses; brackets.
const STRING = `"(?:[^"\\\\\\n\\r\\f]+|\\\\(?:\\r\\n|[^]))*"?|'(?:[^'\\\\\\n\\r\\f]+|\\\\(?:\\r\\n|[^]))*'?`;
const NAME = "[-#@\\w\\0\\x80-\\uffff]";
const TOKEN = new RegExp(
  `/\\*[^]*?(?:\\*/|$)|<!--|${STRING}|${NAME}*(?:\\\\(?:[\\da-f]{1,6}(?:\\r\\n|\\s)?|[^\\n\\r\\f])${NAME}*)+\\(?|${NAME}+\\(?|[(){};]`,
  "gi",
);
const ADDRESS = new RegExp(`[ \\t\\n\\r\\f]*(?:${STRING}|(?:[^\\s"'()\\\\]+|\\\\[^])*)`, "y");
// What else stands in the brackets of an address without quotes; then it is none.
const REST = /(?:[^)\\]+|\\[^])*/y;

const ESCAPE = /\\(?:([\da-f]{1,6})(?:\r\n|\s)?|[\n\f]|\r\n?|([^]))/gi;
const { fromCodePoint } = String;
const { parseInt } = window;
const plain = (text) =>
  swap(ESCAPE, text, (found) => (found[1] ? attempt(() => fromCodePoint(parseInt(found[1], 16)), "") : (found[2] ?? "")));

// Does it pay to read a text?
export const mayLoad = (text) => exec(MAY_LOAD, text) !== null;

// The text with everything in it barred that may not load, and the first such address; `null`: there is none. `named`: what is
// quoted here may become an address elsewhere, as in the properties that a page names itself, or as what its functions answer.
export const heldCss = (text, of, as = STYLE, named = false) => {
  if (!mayLoad(text)) return null;
  let answer = "";
  let from = 0;
  let at = 0;
  let request = null;
  let depth = 0;
  let sets = 0; // the depth of brackets in which quoted text is an address
  let font = false;
  let imports = false;
  // An address begins at `start`.
  const meet = (start, address) => {
    const kind = imports ? STYLESHEET : font ? FONT : as;
    imports = false;
    if (!address || address[0] === "#") return;
    const whole = plain(address);
    let found = judge(kind, whole, "", false, of);
    // Where nobody can tell whose style it is, it may hang on any base.
    if (!of) bases.forEach((base) => void (found ??= judge(kind, whole, "", false, base)));
    if (!found && kind === STYLESHEET) found = heldCss(textIn(whole), of)?.request;
    if (!found) return;
    request ??= found;
    answer += slice(text, from, start) + BAR;
    from = start;
  };
  for (;;) {
    TOKEN.lastIndex = at;
    const found = exec(TOKEN, text);
    if (!found) break;
    at = TOKEN.lastIndex;
    let token = found[0];
    const first = token[0];
    if (first === "/") continue;
    if (first === '"' || first === "'") {
      if (imports || named || (sets && depth >= sets)) meet(found.index + 1, unquoted(token));
      continue;
    }
    if (indexOf(token, "\\") >= 0) token = plain(token);
    token = lower(token);
    if (token === "url(" || token === "src(") {
      ADDRESS.lastIndex = at;
      const word = exec(ADDRESS, text)[0];
      const bare = (exec(/\S[^]*/, word) ?? [""])[0];
      const quoted = bare[0] === '"' || bare[0] === "'";
      meet(at + word.length - bare.length + (quoted ? 1 : 0), quoted ? unquoted(bare) : bare);
      at += word.length;
      if (!quoted && token[0] === "u") {
        REST.lastIndex = at;
        at += exec(REST, text)[0].length;
      }
      depth++;
    } else if (token === "@import") imports = true;
    else if (token === "@font-face") font = true;
    else if (token === ")") {
      if (depth === sets) sets = 0;
      if (depth) depth--;
    } else if (token[token.length - 1] === "(") {
      depth++;
      // What is handed to a function of the page's own may become anything.
      if (indexOf(token, "image-set(") >= 0 || startsWith(token, "--")) sets ||= depth;
    } else if (token === "}" || token === ";") {
      // In brackets they end nothing.
      if (depth) continue;
      imports = named = false;
      if (token === "}") font = false;
    } else if (startsWith(token, "--") || token === "initial-value" || token === "result") named = true;
  }
  return request ? { text: answer + slice(text, from), request } : null;
};

const unquoted = (token) => slice(token, 1, token.length > 1 && token[token.length - 1] === token[0] ? token.length - 1 : token.length);

// The text as the page gave it. WebKit writes an address without quotes in a property that a page names itself with escapes.
const BARS = /https\\?:\\?\/\\?\/\\?:held\\?\//g;
export const unbarred = (text) => swap(BARS, text, () => "");
export const isBarred = (text) => indexOf(text, ":held") >= 0;
