import { name } from "./own.mjs";
postMessage(name);
