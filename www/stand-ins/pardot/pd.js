// Stand-in for the Pardot tracker of Salesforce: visitor cookies, and a hit by a script tag whose
// answer calls back (the way it has always done it).
(function () {
  var account = window.piAId;
  document.cookie = "visitor_id" + account + "=" + Math.floor(Math.random() * 1e9) + "; path=/; max-age=315360000; SameSite=Lax";
  window.piResponse = function () {
    document.dispatchEvent(new CustomEvent("stand-in", {
      detail: { name: "pardot", did: "ran, and its second script answered" },
    }));
  };
  var hit = document.createElement("script");
  hit.async = true;
  hit.src = "http://pardot.localhost:8080/analytics?account_id=" + account + "&campaign_id=" + window.piCId;
  document.body.appendChild(hit);
})();
