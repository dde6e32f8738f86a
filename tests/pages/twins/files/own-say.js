// The beginning of a page that may have no inline script.
window.told = [];
window.lines = 3;
window.say = function (what) { told.push(what); };
document.addEventListener("securitypolicyviolation", function (event) { say("violation " + event.violatedDirective + " " + event.blockedURI + " " + event.sample); });
