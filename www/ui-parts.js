// What the interface is made of: its wasm as text, and what puts that and the page together.

import text from "#ui-wasm";

import css from "./banner.css";
import { surface } from "./surface.js";
import { caller } from "./ui-glue.js";

export { text };

// `wasm` are the exports of the started module; `place`: see surface.js.
export const make = (wasm, place) => {
  const draw = caller(wasm, place.natives);
  const put = surface({ ...place, css });
  return (view) => put(draw(view));
};
