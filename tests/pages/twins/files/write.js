document.write("<p id=written>writ" + "ten</p>");
document.writeln("<ul><li>one<li>two</ul>");
document.write("<em>split");
document.write(" in two</em>");
say("wrote " + document.getElementById("written").textContent);
Promise.resolve().then(function () { setTimeout(function () {
  var place = document.getElementById("place");
  say([].map.call(place.querySelectorAll("*"), function (one) { return one.nodeName; }).join());
  say(place.textContent.trim().replace(/\s+/g, " ") + "|" + document.body.children.length + "|" + document.getElementById("after").textContent);
}, 1000); });
