// Stand-in for Meta's pixel: takes over the queue of `fbq`, writes `_fbp`, sends pixels. It obeys
// its own consent call: while revoked, events wait.
(function () {
  var fbq = window.fbq;
  if (!fbq || fbq.callMethod) return;
  var pixel = "";
  var revoked = false;
  var waiting = [];
  function hit(event) {
    if (revoked) {
      waiting.push(event);
      return;
    }
    var image = new Image();
    image.onload = function () {
      document.dispatchEvent(new CustomEvent("stand-in-beat", { detail: { name: "facebook-connect", event: event } }));
    };
    image.src = "http://facebook.localhost:8080/tr?id=" + pixel + "&ev=" + encodeURIComponent(event) + "&ts=" + Date.now();
  }
  fbq.callMethod = function (method, first) {
    if (method === "consent") {
      revoked = first === "revoke";
      if (!revoked) waiting.splice(0).forEach(hit);
    } else if (method === "init") {
      pixel = first;
      document.cookie = "_fbp=fb.0." + Date.now() + "." + Math.floor(Math.random() * 1e9) + "; path=/; max-age=7776000; SameSite=Lax";
    } else if (method === "track" || method === "trackCustom") {
      hit(first);
    }
  };
  var drained = fbq.queue.length;
  fbq.queue.splice(0).forEach(function (call) { fbq.callMethod.apply(fbq, call); });
  document.dispatchEvent(new CustomEvent("stand-in", {
    detail: { name: "facebook-connect", did: "ran and sent " + drained + (drained === 1 ? " queued call" : " queued calls") },
  }));
})();
