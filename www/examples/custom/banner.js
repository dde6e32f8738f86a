// An interface of one's own, built on nothing but the public calls. Ours stays away by the configuration
// `{ "banner": { "autoShow": false, "reopen": "none" } }`.
//
// What makes a choice a free one is yours now: both answers in the first layer and alike, nothing ticked beforehand, closing is no
// consent, a way back at all times, and words that say what happens.

const { acceptAll, rejectAll, set, on, state } = ConsentGate;

const banner = document.getElementById("banner");
const again = document.getElementById("again");
const switches = banner.querySelectorAll("input");

const render = () => {
  const { status, categories } = state();
  // `signal`: the browser has answered for the visitor; there is nothing to ask.
  banner.hidden = status !== "unset";
  again.hidden = !banner.hidden;
  for (const one of switches) one.checked = categories[one.name];
};

document.getElementById("accept").addEventListener("click", acceptAll);
document.getElementById("reject").addEventListener("click", rejectAll);
document.getElementById("save").addEventListener("click", () => set(Object.fromEntries([...switches].map((one) => [one.name, one.checked]))));
again.addEventListener("click", () => {
  banner.hidden = false;
  again.hidden = true;
  switches[0].focus();
});

on("change", render);
render();
