// The interface's file, `consent-gate-ui.js`: it offers what it has to the gate that has called for it, and
// does nothing else. Without a gate that waits for it, it is nothing.

import { make, text } from "./parts.js";

ConsentGate.interface(text, make);
