(function () {
  var made = document.createElement("script");
  made.src = "https://static.hotjar.com/twins/further.js";
  document.body.appendChild(made);
})();
