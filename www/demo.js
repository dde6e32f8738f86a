// What the five demo pages have in common: beside each tracker of the page it says whether the
// tracker ran, by two witnesses that are not the product: the stand-in itself, and the browser's
// own list of the requests that left.
(function () {
  "use strict";

  var sent = {};
  var said = {};
  var names = {};

  /** How many requests left for the stand-in of this name. */
  function sentTo(name) {
    return Object.keys(sent).reduce(function (sum, host) {
      return (names[host] || host.split(".localhost")[0]) === name ? sum + sent[host] : sum;
    }, 0);
  }

  function write() {
    document.querySelectorAll("[data-stand-ins]").forEach(function (row) {
      var own = row.getAttribute("data-stand-ins").split(" ");
      var requests = own.reduce(function (sum, name) { return sum + sentTo(name); }, 0);
      var words = own.map(function (name) { return said[name]; }).filter(Boolean);
      var status = row.querySelector(".status");
      var never = row.hasAttribute("data-never");
      row.classList.toggle("ran", !never && (requests > 0 || words.length > 0));
      row.classList.toggle("never", never);
      if (requests || words.length) {
        status.textContent = (words.join("; ") || "reached") + " (" + requests + (requests === 1 ? " request" : " requests") + " left)";
      } else {
        status.textContent = never ? "never runs here" : "asleep, no request left";
      }
    });
  }

  document.addEventListener("stand-in", function (event) {
    said[event.detail.name] = event.detail.did;
    write();
  });

  // Frames can't dispatch into this page; they post a message instead.
  window.addEventListener("message", function (event) {
    if (!event.data || typeof event.data.standIn !== "string") return;
    said[event.data.standIn] = event.data.did;
    write();
  });

  new PerformanceObserver(function (list) {
    list.getEntries().forEach(function (entry) {
      var host = new URL(entry.name).host;
      // A frame that was held leaves an entry without a request. The stand-ins let their timing be
      // read, so a request that did leave has a start.
      if (host !== location.host && entry.requestStart > 0) sent[host] = (sent[host] || 0) + 1;
    });
    write();
  }).observe({ type: "resource", buffered: true });

  // The ports by which the stand-ins are reached where names aren't looked up.
  fetch("/stand-ins/hosts.tsv").then(function (answer) { return answer.text(); }).then(function (text) {
    text.split("\n").forEach(function (line) {
      var parts = line.split("\t");
      if (parts.length === 3) names[location.hostname + ":" + parts[1]] = parts[0];
    });
    write();
  }).catch(function () {
    // Then only the names count.
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
