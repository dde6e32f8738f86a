import { init } from "consent-gate";
import { mount } from "svelte";
import App from "./App.svelte";

// Attaches to the gate of the page's tag; without a tag it starts one, which guards from now on only.
await init();
mount(App, { target: document.getElementById("app") });
