import { init } from "consent-gate";
import { createApp } from "vue";
import App from "./App.vue";

// Attaches to the gate of the page's tag; without a tag it starts one, which guards from now on only.
await init();
createApp(App).mount("#app");
