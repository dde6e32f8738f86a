function late(who) {
  document.addEventListener("DOMContentLoaded", function (event) { say(who + " ready " + event.type + (event.target === document) + (this === document) + document.querySelectorAll("p").length); });
  document.addEventListener("DOMContentLoaded", { handleEvent: function (event) { say(who + " object " + event.type); } }, { once: true });
  window.addEventListener("DOMContentLoaded", function (event) { say(who + " window ready " + (event.target === document) + event.eventPhase); });
  window.addEventListener("load", function (event) { say(who + " load " + event.type + (event.target === document) + (this === window)); });
  var gone = function () { say(who + " gone"); };
  document.addEventListener("DOMContentLoaded", gone);
  document.removeEventListener("DOMContentLoaded", gone);
  var twice = function () { say(who + " twice"); };
  window.addEventListener("load", twice);
  window.addEventListener("load", twice);
  document.addEventListener("readystatechange", function () { if (document.readyState === "complete") say(who + " complete"); });
  document.addEventListener("load", function () { say(who + " never: load does not reach the document"); });
}
late("external");
window.onload = function () { say("never: another took its place"); };
window.onload = function (event) { say("property load " + event.type + (this === window)); };
