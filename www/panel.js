// The live panel of the demo: what the gate held, released and let through on this page, and why.
//
// It uses the public API alone (`report()`, `state()`, `on()` and the buttons' calls), as any
// site could. One number comes from elsewhere: the requests that really arrived are counted by the
// server that plays the third parties (demo.js asks it), so that the gate is not its own witness.
(function () {
  "use strict";

  var gate = window.ConsentGate;
  var config = readConfig();
  var realHosts = {};
  var arrived = 0;
  var due = 0;
  var fault = "";
  var drawn = "";
  var panel;

  // Words.

  var KINDS = {
    script: "script", "inline-script": "inline script", image: "pixel or image", frame: "frame", fetch: "fetch",
    xhr: "XMLHttpRequest", beacon: "beacon", stylesheet: "stylesheet", link: "link", media: "media", embed: "embed",
    eventsource: "event stream", websocket: "web socket", other: "element", cookie: "cookie",
    "local-storage": "local storage", "session-storage": "session storage",
    form: "form", ping: "ping of a link", worker: "worker", import: "module", style: "style", font: "font",
    "indexed-db": "database", cache: "cache",
  };
  var BADGES = { held: "held", released: "released", over: "stopped", never: "never", allowed: "let through" };
  var ACTIONS = [
    ["Accept all", function () { gate.acceptAll(); }],
    ["Reject all", function () { gate.rejectAll(); }],
    ["Withdraw", function () { gate.withdraw(); }],
    ["Preferences", function () { gate.preferences(); }],
    ["Start over", function () { gate.reset(); }],
  ];

  /** Which rule decided, in words. */
  function ruleOf(entry) {
    var category = entry.category || "a category";
    switch (entry.reason) {
      case "never": return "It is on this site's \u201cnever\u201d list, whatever anyone chooses.";
      case "mark": return "The page marks it as " + category + ".";
      case "unknown-mark": return "The page marks it with a name that nobody knows, so it stays closed.";
      case "service": return "This site lists it under " + category + ".";
      case "allow": return "This site's \u201callow\u201d list lets it pass.";
      case "own-site": return "It belongs to this site.";
      case "first-party-proxy": return "A known tracker behind this site's own host (" + category + ").";
      case "path-rule": return "A known tracker, by its path (" + category + ").";
      case "host-table": return "A known tracker on the built-in list (" + category + ").";
      case "unlisted": return "It is on no list, and this site lets unknown hosts pass.";
      case "strict": return "It is on no list, and this site holds unknown hosts.";
      case "manual": return "This site gates marked elements only.";
      case "local": return "It loads nothing from outside.";
      case "unreadable": return "Its address can't be read, so it stays closed.";
      case "once": return "The visitor let this one load, by what stood in its place.";
      default: return "Rule: " + entry.reason + ".";
    }
  }

  /** Why that came out as it did, now. */
  function becauseOf(group, entry, state) {
    if (group === "never" || !entry.category || entry.reason === "unknown-mark" || entry.reason === "once") return "";
    if (group === "held") {
      if (state.status === "unset") return " Nobody has allowed that yet.";
      if (state.status === "signal") return " The browser's signal refuses that.";
      if (state.status === "unavailable") return " The gate could not start, so nothing optional passes.";
      return " That was refused.";
    }
    if (group === "over") return " It came when that was allowed. Whatever it asks for now is held.";
    if (entry.reason === "own-site" || entry.reason === "unlisted" || entry.reason === "allow") return "";
    if (entry.category === "essential") return " That is always on.";
    if (state.status === "unset") return " The rules here allow that until someone objects.";
    return " That was allowed.";
  }

  /** The categories that this site offers, in its order. */
  function offered(state) {
    if (!config.categories) return Object.keys(state.categories);
    return ["essential"].concat(config.categories.map(function (one) { return one.id || one; }).filter(function (id) { return id !== "essential"; }));
  }

  function headline(state) {
    var on = Object.keys(state.categories).filter(function (id) { return id !== "essential" && state.categories[id]; });
    var off = offered(state).filter(function (id) { return !state.categories[id]; });
    // Services with an answer of their own, against their category's.
    var alone = (config.services || []).filter(function (service) {
      return state.services[service.id] && !state.categories[service.category];
    }).map(function (service) { return service.name; });
    switch (state.status) {
      case "unavailable": return "The gate could not start here. Everything optional stays held.";
      case "signal": return "The browser's own signal counts as a refusal.";
      case "unset":
        if (state.id) return "Asked again: the choice on file doesn't count any more.";
        if (!on.length) return "No choice yet, so everything optional is held.";
        return off.length ? "No choice yet. On by this region's rules: " + on.join(", ") + "." : "No choice yet. This region's rules allow everything until someone objects.";
      default:
        if (!on.length && alone.length) return "Refused, except " + alone.join(", ") + ".";
        if (!on.length) return "Everything optional was refused.";
        return off.length ? "Allowed: " + on.join(", ") + "." : "Everything was accepted.";
    }
  }

  function smallPrint(state) {
    var words = ["Rules: " + state.regime + (state.region ? " (" + state.region + ")" : " (region unknown)")];
    var signals = state.signals || {};
    if (signals.gpc) words.push("the browser sends Global Privacy Control");
    if (signals.dnt) words.push("the browser sends Do Not Track");
    if (state.status === "set" && state.expires) words.push("the choice lasts until " + state.expires.slice(0, 10));
    return words.join("; ") + ".";
  }

  // Addresses and names.

  function readConfig() {
    var block = document.getElementById("consent-gate-config");
    try {
      return block ? JSON.parse(block.textContent) : {};
    } catch {
      return {};
    }
  }

  function serviceNamed(id) {
    return (config.services || []).find(function (service) { return service.id === id; });
  }

  /** Where an address leads: the real host that is played there, if any, its host and its path. */
  function placeOf(address) {
    try {
      var url = new URL(address, location.href);
      return { real: realHosts[url.host] || "", host: url.host, path: url.pathname };
    } catch {
      return null;
    }
  }

  function fits(pattern, name) {
    return new RegExp("^" + pattern.split("*").map(function (part) {
      return part.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
    }).join(".*") + "$").test(name);
  }

  /** Whose a cookie or key is, in words. */
  function ownerOf(where, name) {
    if (name === ((config.storage && config.storage.key) || "consent-gate")) return "the visitor's choice";
    if (name === "demo-panel") return "this panel";
    var service = (config.services || []).find(function (one) {
      return (one[where === "cookie" ? "cookies" : "storage"] || []).some(function (pattern) { return fits(pattern, name); });
    });
    return service ? service.name + ", " + service.category : "this site, or another page of the demo";
  }

  function keysNow() {
    var keys = [];
    document.cookie.split("; ").filter(Boolean).forEach(function (pair) { keys.push(["cookie", pair.split("=")[0]]); });
    [["local storage", "localStorage"], ["session storage", "sessionStorage"]].forEach(function (one) {
      try {
        Object.keys(window[one[1]]).forEach(function (name) { keys.push([one[0], name]); });
      } catch {
        // The browser refuses storage to this page; there are no keys then.
      }
    });
    return keys;
  }

  // Drawing.

  function h(tag, attributes) {
    var element = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) { element.setAttribute(name, attributes[name]); });
    [].slice.call(arguments, 2).forEach(function (child) { if (child !== null && child !== "") element.append(child); });
    return element;
  }

  /** Every request that was seen, with the group it is shown in: what was released and is refused by now has one of its own. */
  function groups(report, state) {
    var seen = [];
    [["held", report.held], ["released", report.released], ["allowed", report.allowed]].forEach(function (part) {
      part[1].forEach(function (entry) {
        var over = part[0] === "released" && entry.category && state.categories[entry.category] === false;
        seen.push([entry.verdict === "block" ? "never" : over ? "over" : part[0], entry]);
      });
    });
    return seen;
  }

  function countOf(seen, group) {
    return seen.reduce(function (sum, one) { return one[0] === group ? sum + one[1].count : sum; }, 0);
  }

  function drawCounts(seen) {
    function tile(group, words) {
      return h("div", { "data-gp": group }, h("dt", {}, words), h("dd", {}, String(countOf(seen, group))));
    }
    return h("dl", { class: "gp-counts" },
      tile("held", "held back"), tile("released", "released"), tile("never", "never"),
      h("div", { class: "gp-wide" }, h("dt", {}, "really arrived at third parties, by those servers' own log"), h("dd", {}, String(arrived))));
  }

  function drawRequest(one, state) {
    var group = one[0];
    var entry = one[1];
    var service = serviceNamed(entry.service);
    var place = placeOf(entry.url);
    var real = place && place.real;
    var title = service ? service.name : entry.service || real || entry.url;
    var where = h("p", { class: "gp-host" });
    if (real) {
      where.append(h("b", {}, real + place.path), h("span", { class: "gp-soft" }, " played by " + place.host));
    } else {
      where.append(entry.url);
    }
    return h("li", {},
      h("div", { class: "gp-title" },
        h("span", { class: "gp-badge", "data-gp": group }, BADGES[group]),
        h("b", {}, title),
        h("span", { class: "gp-soft" }, (KINDS[entry.kind] || entry.kind) + (entry.count > 1 ? " \u00d7 " + entry.count : ""))),
      where,
      h("p", { class: "gp-why" }, ruleOf(entry) + becauseOf(group, entry, state)));
  }

  function drawRequests(seen, state) {
    if (!seen.length) return h("p", { class: "gp-soft" }, "Nothing from a third party yet.");
    return h.apply(null, ["ul", { class: "gp-list" }].concat(seen.map(function (one) { return drawRequest(one, state); })));
  }

  function drawKeys(report) {
    var rows = keysNow().map(function (key) {
      return h("tr", {}, h("td", {}, h("code", {}, key[1])), h("td", {}, key[0] + ": " + ownerOf(key[0], key[1])));
    });
    var refused = (report.writes || []).filter(function (write) { return write.verdict !== "allow"; });
    return h("section", {},
      h("h3", {}, "Cookies and keys here now"),
      rows.length ? h("table", { class: "gp-keys" }, h.apply(null, ["tbody", {}].concat(rows))) : h("p", { class: "gp-soft" }, "None."),
      refused.length ? h("p", { class: "gp-soft" }, "Writes refused: " + refused.map(function (write) { return write.name; }).join(", ")) : "");
  }

  function drawRemarks(report) {
    if (!report.errors || !report.errors.length) return "";
    return h("details", {},
      h("summary", {}, "What the gate says about this page (" + report.errors.length + ")"),
      h.apply(null, ["ul", {}].concat(report.errors.map(function (error) {
        return h("li", {}, (error.path ? error.path + ": " : "") + error.message + " (" + error.code + ")");
      }))));
  }

  function draw() {
    due = 0;
    var state = gate.state();
    var report = gate.report();
    // Drawn anew only when something differs, so that a reader's place and selection last.
    var now = JSON.stringify([state, report, keysNow(), arrived, realHosts, fault]);
    if (now === drawn) return;
    drawn = now;
    var seen = groups(report, state);
    var words = headline(state);
    var line = panel.querySelector(".gp-headline");
    if (line.textContent !== words) line.textContent = words;
    panel.querySelector(".gp-short").textContent = countOf(seen, "held") + " held, " + countOf(seen, "released") + " released";
    panel.querySelector(".gp-now").replaceChildren(
      h.apply(null, ["ul", { class: "gp-chips", "aria-label": "Categories" }].concat(offered(state).map(function (id) {
        var on = state.categories[id];
        return h("li", { "data-on": String(on) }, id + (on ? " \u2713" : " \u2715"));
      }))),
      h("p", { class: "gp-soft" }, smallPrint(state)));
    panel.querySelector(".gp-rest").replaceChildren(
      drawCounts(seen),
      h("section", {}, h("h3", {}, "What wanted to load, and what came of it"), drawRequests(seen, state)),
      drawKeys(report),
      drawRemarks(report));
    panel.querySelector(".gp-fault").textContent = fault;
  }

  /** Draws soon, once for many reasons. */
  function drawSoon() {
    if (!due) due = setTimeout(draw, 60);
  }

  function open(wanted) {
    panel.setAttribute("data-open", String(wanted));
    var toggle = panel.querySelector(".gp-toggle");
    toggle.setAttribute("aria-expanded", String(wanted));
    toggle.textContent = wanted ? "Hide" : "Show";
  }

  function build() {
    var toggle = h("button", { type: "button", class: "gp-toggle", "aria-controls": "gp-body" });
    var buttons = h("div", { class: "gp-buttons" });
    ACTIONS.forEach(function (action) {
      var button = h("button", { type: "button" }, action[0]);
      button.addEventListener("click", function () {
        try {
          fault = "";
          action[1]();
        } catch (error) {
          fault = error.message;
        }
        drawSoon();
      });
      buttons.append(button);
    });
    panel = h("aside", { class: "gp", "aria-label": "What the gate is doing" },
      h("div", { class: "gp-head" }, h("h2", {}, "Live panel"), h("span", { class: "gp-short" }), toggle),
      h("div", { class: "gp-body", id: "gp-body", tabindex: "-1" },
        h("section", { class: "gp-state" }, h("strong", { class: "gp-headline", role: "status" }), h("div", { class: "gp-state gp-now" }), buttons, h("p", { class: "gp-fault", role: "alert" })),
        h("div", { class: "gp-rest", style: "display: grid; gap: 16px" })));
    toggle.addEventListener("click", function () {
      var wanted = panel.getAttribute("data-open") !== "true";
      open(wanted);
      try {
        sessionStorage.setItem("demo-panel", wanted ? "open" : "closed");
      } catch {
        // Then it is not remembered.
      }
    });
    document.body.prepend(panel);
    var remembered = null;
    try {
      remembered = sessionStorage.getItem("demo-panel");
    } catch {
      // Then it is not remembered.
    }
    open(remembered ? remembered === "open" : window.matchMedia("(min-width: 1080px)").matches);
  }

  // Watching.

  if (!gate) {
    console.error("The panel found no ConsentGate: the script is missing, or /consent-gate.js is not built.");
    return;
  }
  build();
  ["ready", "change", "show", "hide", "block", "release"].forEach(function (type) { gate.on(type, drawSoon); });
  // What really arrived, by the log of the server that plays the third parties.
  document.addEventListener("demo-log", function (event) {
    arrived = event.detail.total;
    drawSoon();
  });
  // Cookies and keys have no event.
  setInterval(drawSoon, 1000);
  fetch("/stand-ins/hosts.tsv").then(function (answer) { return answer.text(); }).then(function (text) {
    text.split("\n").forEach(function (line) {
      var parts = line.split("\t");
      if (parts.length !== 3 || line[0] === "#") return;
      realHosts[parts[0] + ".localhost:" + location.port] = parts[2];
      realHosts[location.hostname + ":" + parts[1]] = parts[2];
    });
    drawSoon();
  }).catch(function () {
    // Then the stand-ins' own names are shown alone.
  });
  draw();
})();
