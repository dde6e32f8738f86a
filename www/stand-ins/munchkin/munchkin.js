// Stand-in for Marketo's Munchkin: a long-lived cookie and a page visit to the account's own host.
window.Munchkin = {
  init: function (account) {
    var token = "id:" + account + "&token:_mch-" + Math.random().toString(36).slice(2);
    document.cookie = "_mkto_trk=" + token + "; path=/; max-age=63072000; SameSite=Lax";
    var request = new XMLHttpRequest();
    request.open("GET", "http://mktoresp.localhost:8080/webevents/visitWebPage?_mchNc=" + Date.now() + "&_mchId=" + account);
    request.send();
    document.dispatchEvent(new CustomEvent("stand-in", {
      detail: { name: "munchkin", did: "ran and reported the page visit" },
    }));
  },
};
