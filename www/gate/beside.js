// Fetches the interface's file, which lies beside the drop-in: by a script of ours, let in by the page's
// policy as the tag was, and checked against the hash that the build knows. It decides nothing.
//
// That script has to be told from any other that offers itself: while it runs, and only then, it is the
// document's current script. Its first step is to offer itself, so nothing that the page has changed is
// called before that.

import { homeOf, ownTag } from "./home.js";
import { byImport } from "./interface.js";
import * as N from "./natives.js";
import { done } from "./shims/held.js";

const { origin } = window;

export const beside = (tag) => {
  const own = ownTag(tag);
  const home = homeOf(own);
  const cors = tag ? N.getAttribute(tag, "crossorigin") : "";

  return (take, miss, { Document }, urgent) => {
    // With its hash in the address, an old one from a cache never stands in for this version's.
    const address = N.href(N.parse("consent-gate-ui.js?" + INTERFACE_HASH.slice(-8), home));
    let source;
    try {
      source = N.trustedAddress(address);
    } catch {
      // The page doesn't let a policy of that name be made. Importing needs none.
      return byImport(() => import(address))(take, miss);
    }
    const script = Document.createElementNS(document, "http://www.w3.org/1999/xhtml", "script");
    const set = (name, value) => void (value != null && N.setAttribute(script, name, value));
    // A hash can be checked where the browser lets us see the bytes: on our own site, or where the tag, too,
    // was asked for in that way.
    const checked = cors ?? (N.href(N.parse("/", address)) === origin + "/" ? "" : null);
    set("crossorigin", checked);
    set("integrity", checked == null ? null : INTERFACE_HASH);
    set("nonce", own?.nonce || null);
    // A script that a script puts in is the last of all to be fetched.
    set("fetchpriority", urgent ? "high" : null);
    set("src", source);

    let open = true;
    const end = (why) => (event) => {
      if (!open || !event.isTrusted) return;
      open = false;
      miss(why);
    };
    N.listen(script, "load", end("it holds something else"));
    N.listen(script, "error", end("it isn't there, belongs to another version, or is forbidden by a policy"));
    done.add(script);
    const html = N.rootOf(document);
    N.insertBefore(html, script, null);
    // On its way it needs no place in the page any more.
    N.removeChild(html, script);
    return (text, make) => {
      if (!open || N.currentScript(document) !== script) return;
      open = false;
      take(text, make);
    };
  };
};
