// Where the drop-in lies, and so the files beside it: its interface, and the texts in other languages.

import * as N from "./natives.js";
import { queryAll } from "./natives.js";

// A drop-in that ran as a module has no tag to know itself by.
export const ownTag = (tag) => tag ?? queryAll(document, "script[src*='consent-gate']")[0];

export const homeOf = (tag) => tag?.src || N.baseURI(document);
