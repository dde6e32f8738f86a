importScripts("/consent-gate.js");
addEventListener("fetch", (event) => {
  if (new URL(event.request.url).pathname === "/made") event.respondWith(new Response("by the site's own worker"));
});
