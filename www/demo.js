// What the five demo pages have in common: beside each tracker of the page it says whether the
// tracker ran, by two witnesses that are not the product: the stand-in itself, and the server's log
// of what the stand-ins were really asked since this page was served.
(function () {
  "use strict";

  var sent = {};
  var said = {};
  var names = {};
  var newest = 0;

  // The number that the log had reached when this page was served, so that nothing is missed.
  var page = performance.getEntriesByType("navigation")[0];
  (page && page.serverTiming || []).forEach(function (timing) {
    if (timing.name === "log") newest = timing.duration;
  });

  function readLog() {
    fetch("/__log?since=" + newest).then(function (answer) { return answer.json(); }).then(function (visits) {
      visits.forEach(function (visit) {
        var name = names[visit.port] || visit.host.split(".localhost")[0];
        if (visit.number <= newest) return;
        newest = visit.number;
        if (!document.querySelector("[data-stand-ins~='" + name + "']")) return;
        sent[name] = (sent[name] || 0) + 1;
      });
      write();
      var total = Object.keys(sent).reduce(function (sum, name) { return sum + sent[name]; }, 0);
      document.dispatchEvent(new CustomEvent("demo-log", { detail: { total: total } }));
    }).catch(function () {
      // The server has gone; the stand-ins with it.
    });
  }

  function write() {
    document.querySelectorAll("[data-stand-ins]").forEach(function (row) {
      var own = row.getAttribute("data-stand-ins").split(" ");
      var requests = own.reduce(function (sum, name) { return sum + (sent[name] || 0); }, 0);
      var words = own.map(function (name) { return said[name]; }).filter(Boolean);
      var status = row.querySelector(".status");
      var never = row.hasAttribute("data-never");
      row.classList.toggle("ran", !never && (requests > 0 || words.length > 0));
      row.classList.toggle("never", never);
      if (requests || words.length) {
        status.textContent = (words.join("; ") || "reached") + " (" + requests + (requests === 1 ? " request" : " requests") + " arrived)";
      } else {
        status.textContent = never ? "never runs here" : "asleep, nothing arrived";
      }
    });
  }

  function say(name, did) {
    said[name] = said[name] && said[name].indexOf(did) < 0 ? said[name] + "; " + did : did;
    write();
  }

  document.addEventListener("stand-in", function (event) {
    say(event.detail.name, event.detail.did);
  });

  // Frames can't dispatch into this page; they post a message instead.
  window.addEventListener("message", function (event) {
    if (!event.data || typeof event.data.standIn !== "string") return;
    say(event.data.standIn, event.data.did);
  });

  // The ports by which the stand-ins are reached where names aren't looked up; then the log.
  fetch("/stand-ins/hosts.tsv").then(function (answer) { return answer.text(); }).then(function (text) {
    text.split("\n").forEach(function (line) {
      var parts = line.split("\t");
      if (parts.length === 3 && line[0] !== "#") names[parts[1]] = parts[0];
    });
    readLog();
    setInterval(readLog, 700);
  });

  document.addEventListener("DOMContentLoaded", function () {
    write();
    // Links to a page's own variants keep the form of address that this browser needs, and the
    // one that is open is marked.
    var now = new URLSearchParams(location.search);
    var ports = now.has("ports");
    now.delete("ports");
    document.querySelectorAll("a[data-variant]").forEach(function (link) {
      var wanted = new URLSearchParams(link.getAttribute("data-variant"));
      link.setAttribute("aria-current", String(wanted.toString() === now.toString()));
      if (ports) wanted.set("ports", "");
      link.href = location.pathname + (wanted.toString() ? "?" + wanted : "") + "#behind";
    });
    document.querySelectorAll("a[href='/']").forEach(function (link) {
      if (ports) link.href = "/?ports";
    });
  });
})();
