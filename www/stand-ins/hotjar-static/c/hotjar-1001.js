// Stand-in for Hotjar: takes over the queue of `hj`, writes its session cookies, sends by fetch.
(function () {
  var queued = (window.hj && window.hj.q) || [];
  ["_hjSessionUser_1001", "_hjSession_1001"].forEach(function (name) {
    document.cookie = name + "=" + Math.random().toString(36).slice(2) + "; path=/; max-age=31536000; SameSite=Lax";
  });
  window.hj = function () {
    fetch("http://hotjar.localhost:8080/sessions/1001", { method: "POST", body: [].join.call(arguments, " ") }).catch(function () {});
  };
  window.hj("page");
  queued.forEach(function (call) { window.hj.apply(null, call); });
  document.dispatchEvent(new CustomEvent("stand-in", {
    detail: { name: "hotjar-static", did: "ran and sent " + queued.length + (queued.length === 1 ? " queued call" : " queued calls") },
  }));
})();
