importScripts("worker-own.js");
fetch("own.json").then((answer) => answer.json()).then(({ own }) => postMessage(self.name + " " + self.own + " " + own));
