import { init } from "consent-gate";
import { createRoot } from "react-dom/client";
import { App } from "./app.jsx";

// Attaches to the gate of the page's tag; without a tag it starts one, which guards from now on only.
await init();
createRoot(document.getElementById("app")).render(<App />);
