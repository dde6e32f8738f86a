setTimeout(function () {
  say("same " + (kept[0] === window.layer) + (kept[1] === window.stub));
  layer.forEach(function (one) { say("layer " + one.join()); });
  stub.q.forEach(function (one) { say("stub " + [].slice.call(one).map(JSON.stringify).join()); });
  say("loaded after " + document.readyState);
}, 300);
