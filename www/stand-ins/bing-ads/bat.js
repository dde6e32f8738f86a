// Stand-in for Microsoft UET: the page's snippet makes a `UET` out of its own queue when this has
// loaded. Two cookies, two keys of local storage, hits by a pixel; it obeys its consent call.
window.UET = function (options) {
  var queued = options.q || [];
  var stored = true;
  function hit(event) {
    if (stored) {
      ["_uetsid", "_uetvid"].forEach(function (name) {
        var value = Math.random().toString(36).slice(2);
        document.cookie = name + "=" + value + "; path=/; max-age=33696000; SameSite=Lax";
        try {
          localStorage.setItem(name, value);
        } catch {
          // Storage is blocked.
        }
      });
    }
    new Image().src = "http://bing-ads.localhost:8080/action/0?ti=" + options.ti + "&evt=" + encodeURIComponent(event) + "&rn=" + Date.now();
  }
  this.push = function (first, second, third) {
    if (first === "consent") stored = !third || third.ad_storage !== "denied";
    else hit(first === "event" ? second : first);
  };
  for (var at = 0; at < queued.length; at += 1) this.push(queued[at]);
  document.dispatchEvent(new CustomEvent("stand-in", {
    detail: { name: "bing-ads", did: "ran and took over its queue" },
  }));
};
