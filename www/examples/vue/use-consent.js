// The visitor's choice as a Vue composable.

import { on, state } from "consent-gate";
import { onScopeDispose, shallowRef } from "vue";

/** A ref with the state (`ConsentGate.state()`), which follows each choice as long as its component lives. */
export const useConsent = () => {
  const consent = shallowRef(state());
  onScopeDispose(on("change", (event) => (consent.value = event.state)));
  return consent;
};
