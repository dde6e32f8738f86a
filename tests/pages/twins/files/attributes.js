(function () {
  var script = document.currentScript;
  var attributes = [].map.call(script.attributes, function (one) { return one.name + "=" + one.value; }).join(" ");
  say(new URL(script.src).search + " " + attributes + " nonce:" + script.nonce + " dataset:" + Object.keys(script.dataset) + " integrity:" + script.integrity.length + " type:" + script.type + " referer:%REFERER% connected:" + script.isConnected + " found:" + (document.querySelector('script[src="' + script.getAttribute("src") + '"]') === script));
})();
