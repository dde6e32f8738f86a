importScripts("/consent-gate.js");
