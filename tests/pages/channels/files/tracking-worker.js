addEventListener("install", (event) => event.waitUntil(fetch("https://api.segment.io/v1/p").catch(() => undefined)));
