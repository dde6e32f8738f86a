// What the interface is made of: its wasm as text, and what puts that, the words and the page together.

import text from "#ui-wasm";

import css from "./banner.css";
import { languages } from "./languages.js";
import { placeholder } from "./placeholder.js";
import { surface } from "./surface.js";
import { caller } from "./ui-glue.js";

export { text };

// `wasm` are the exports of the started module; `place`: see surface.js, placeholder.js and languages.js. Answers what puts a
// view into the interface's place, or into a root in a held frame, and in turn answers whether it is there: its words
// may be on their way.
export const make = (wasm, place) => {
  const draw = caller(wasm, place.natives);
  const wordsOf = languages(place);
  const inFrame = placeholder({ ...place, css });
  let put;
  return (view, root) => {
    const words = wordsOf(view);
    if (words === undefined) return false;
    const drawing = draw(view + words);
    if (root) inFrame(root, drawing);
    else (put ??= surface({ ...place, css }))(drawing);
    return true;
  };
};
