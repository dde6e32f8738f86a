// Stand-in for AdRoll: a first-party cookie and a retargeting pixel.
(function () {
  document.cookie = "__adroll_fpc=" + Math.random().toString(36).slice(2) + "; path=/; max-age=31536000; SameSite=Lax";
  new Image().src = "http://adroll.localhost:8080/pixel/" + window.adroll_adv_id + "/" + window.adroll_pix_id + "?n=" + Date.now();
  document.dispatchEvent(new CustomEvent("stand-in", {
    detail: { name: "adroll-script", did: "ran and put this visitor on a retargeting list" },
  }));
})();
