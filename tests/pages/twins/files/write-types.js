document.body.insertAdjacentHTML("beforeend", shop.createHTML("<i id=late>late</i>"));
say("deferred " + document.getElementById("late").textContent);
(function () {
  var made = document.createElement("script");
  made.src = shop.createScriptURL("https://static.hotjar.com/twins/further.js");
  document.body.appendChild(made);
})();
