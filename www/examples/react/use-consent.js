// The visitor's choice as React reads what lives outside of it.

import { on, state } from "consent-gate";
import { useSyncExternalStore } from "react";

let snapshot;

const subscribe = (changed) =>
  on("change", (event) => {
    snapshot = event.state;
    changed();
  });

// The same object until something changes, which is what React compares.
const current = () => (snapshot ??= state());

// On a server nobody has answered yet.
const nobody = { status: "unset", categories: { essential: true, analytics: false, functional: false, marketing: false }, services: {} };
const onServer = () => nobody;

/** The state (`ConsentGate.state()`), kept up to date; the component renders again with each choice. */
export const useConsent = () => useSyncExternalStore(subscribe, current, onServer);
