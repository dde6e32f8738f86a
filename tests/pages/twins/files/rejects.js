Promise.reject(new TypeError("rejected by a tracker"));
setTimeout(function () { say("later"); }, 200);
setTimeout("say('text ' + typeof document)", 210);
