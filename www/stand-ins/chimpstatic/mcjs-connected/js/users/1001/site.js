// Stand-in for Mailchimp's connected-site script: a cookie and a hit by beacon.
(function () {
  document.cookie = "_mcid=1." + Math.random().toString(36).slice(2) + "; path=/; max-age=31536000; SameSite=Lax";
  navigator.sendBeacon("http://mailchimp.localhost:8080/track/view", "u=1001");
  document.dispatchEvent(new CustomEvent("stand-in", {
    detail: { name: "chimpstatic", did: "ran and sent a beacon" },
  }));
})();
