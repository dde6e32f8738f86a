// Stand-in for HubSpot's loader: does nothing itself but load a further script from another host.
(function () {
  var script = document.createElement("script");
  script.async = true;
  script.src = "http://hs-analytics.localhost:8080/analytics/1/1001.js";
  document.head.appendChild(script);
})();
