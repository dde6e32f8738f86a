// What the interface is made of: its wasm as text, and what puts that, the words and the page together.

import text from "#ui-wasm";

import css from "./banner.css";
import { languages } from "./languages.js";
import { surface } from "./surface.js";
import { caller } from "./ui-glue.js";

export { text };

// `wasm` are the exports of the started module; `place`: see surface.js and languages.js. Answers what puts a view on the
// page, which in turn answers whether it is there: its words may be on their way.
export const make = (wasm, place) => {
  const draw = caller(wasm, place.natives);
  const put = surface({ ...place, css });
  const wordsOf = languages(place);
  return (view) => {
    const words = wordsOf(view);
    if (words === undefined) return false;
    put(draw(view + words));
    return true;
  };
};
