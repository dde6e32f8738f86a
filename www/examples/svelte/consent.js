// The visitor's choice as a value that Svelte follows.

import { on, state } from "consent-gate";
import { createSubscriber } from "svelte/reactivity";

const follow = createSubscriber((changed) => on("change", changed));

/** `consent.current` is the state (`ConsentGate.state()`); whatever reads it runs again with each choice. */
export const consent = {
  get current() {
    follow();
    return state();
  },
};
