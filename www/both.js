// What the page's program and the service worker's have in common: it stands in their file once.

export { Engine, initSync } from "#glue";
export { unpack, unpackSoon } from "./gate/unpack.js";
