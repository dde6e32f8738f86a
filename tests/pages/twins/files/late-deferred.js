document.addEventListener("DOMContentLoaded", function () { say("deferred ready"); });
window.addEventListener("load", function () { say("deferred load"); });
