// Stand-in for HubSpot's analytics: four cookies, the queue `_hsq`, and hits by a pixel.
(function () {
  var user = Math.random().toString(36).slice(2);
  document.cookie = "hubspotutk=" + user + "; path=/; max-age=15552000; SameSite=Lax";
  document.cookie = "__hstc=1." + user + "; path=/; max-age=15552000; SameSite=Lax";
  document.cookie = "__hssc=1.1; path=/; max-age=1800; SameSite=Lax";
  document.cookie = "__hssrc=1; path=/; SameSite=Lax";
  function hit(call) {
    new Image().src = "http://hubspot.localhost:8080/__ptq.gif?k=1&a=1001&n=" + encodeURIComponent(call[0]);
  }
  var queued = window._hsq || [];
  hit(["trackPageView"]);
  queued.forEach(hit);
  window._hsq = { push: hit };
  document.dispatchEvent(new CustomEvent("stand-in", {
    detail: { name: "hs-analytics", did: "ran (loaded by a loader) and sent " + (queued.length + 1) + " pixels" },
  }));
})();
