// Writes of names that are known to belong to a service: `document.cookie` and
// `Storage.setItem`. A write that is not allowed has no effect, as in a browser that refuses it
// silently; deleting is always allowed.

import { COOKIE, LOCAL, SESSION, judgeWrite } from "../gate.js";
import { apply, attempt, patch } from "../natives.js";

// Is the cookie text a deletion? Then it passes, whoever's it is.
const deletes = (text) => {
  const age = /;\s*max-age\s*=\s*"?(-?\d+)/i.exec(text);
  if (age) return Number(age[1]) <= 0;
  const expires = /;\s*expires\s*=\s*([^;]+)/i.exec(text);
  return !!expires && Date.parse(expires[1]) <= Date.now();
};

const cookieName = (text) => {
  const pair = text.split(";", 1)[0];
  const end = pair.indexOf("=");
  return (end < 0 ? "" : pair.slice(0, end)).trim();
};

export const writes = (win) => {
  patch(
    win.Document.prototype,
    "cookie",
    (original, self, args) => {
      const text = "" + args[0];
      if (attempt(() => judgeWrite(COOKIE, cookieName(text)) || deletes(text), false)) return apply(original, self, [text]);
    },
    "set",
  );

  patch(win.Storage.prototype, "setItem", (original, self, args) => {
    if (args.length < 2) return apply(original, self, args);
    const key = "" + args[0];
    const value = "" + args[1];
    const kind = attempt(() => self === win.sessionStorage, false) ? SESSION : LOCAL;
    if (attempt(() => judgeWrite(kind, key), false)) return apply(original, self, [key, value]);
  });
};
