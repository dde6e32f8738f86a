// What the interface is made of: its wasm as text, and what puts that, the words and the page together.

import text from "#ui-wasm";

import css from "./banner.css";
import { tools } from "./draw.js";
import { languages } from "./languages.js";
import { placeholder } from "./placeholder.js";
import { surface } from "./surface.js";
import { caller } from "./glue.js";

export { text };

// `wasm` are the exports of the started module; `place`: see surface.js, placeholder.js and languages.js. Answers what puts a
// view into the interface's place, or into a root in a held frame, and in turn answers whether it is there: its words
// may be on their way.
export const make = (wasm, place) => {
  const drawn = caller(wasm, place.natives);
  const wordsOf = languages(place);
  const parts = { ...place, css, draw: tools(place.natives) };
  const inFrame = placeholder(parts);
  let put;
  return (view, root) => {
    const words = wordsOf(view);
    if (words === undefined) return false;
    const drawing = drawn(view + words);
    // `parts` is a copy of before the interface had its place.
    if (root) inFrame(root, drawing);
    else (put ??= surface({ ...parts, host: place.host, root: place.root }))(drawing);
    return true;
  };
};
