// What the drop-in is where there is no page.
import { worker } from "./worker.js";

worker();
