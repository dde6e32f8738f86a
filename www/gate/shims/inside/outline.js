// Reads what the page's engine has written down for workers (`Gate::outline`): lines, which are looked up and not interpreted.
//
// `renew(lines)` takes them, `look(url)` is the verdict for an address, and `may(key)` says whether a key may be written.

export function outline({ RegExp }, { bare, exec, get, indexOf, list, pieces, slice }) {
  // Lines → what fits. Read when the first address is to be judged.
  let lines;
  let book;
  const [hostOf, portOf, pathOf, queryOf] = ["hostname", "port", "pathname", "search"].map((key) => get("URL", key));
  const pattern = (text, end = "") => {
    let source = "^";
    for (let i = 0; i < text.length; i++) {
      const sign = text[i];
      source += sign === "*" ? ".*" : sign === "^" ? "(?:$|[/?])" : indexOf(".+?()[]{}|\\$", sign) >= 0 ? "\\" + sign : sign;
    }
    return new RegExp(source + end);
  };
  const rule = (answer, host, ports, path) => {
    const exact = host[0] === "=" ? slice(host, 1) : "";
    const front = slice(host, -1) === "*" ? slice(host, 0, -1) : "";
    return {
      __proto__: null,
      answer,
      fits: (other) => (exact ? other === exact : front ? slice(other, 0, front.length) === front : other === host || slice(other, -host.length - 1) === "." + host),
      ports: ports === "*" ? "" : "," + ports + ",",
      begins: pattern(path),
      weight: (front ? 1e6 : host.length - !!exact) * 1e4 + (path.length - (indexOf(path, "^") >= 0)) * 2 + (ports !== "*"),
    };
  };
  const read = () => {
    book = { __proto__: null, n: list(), o: list(), w: list(), p: list(), h: bare({}), s: list(), k: list(), d: 0 };
    const all = pieces(lines, "\n");
    for (let i = 0; i < all.length; i++) {
      const parts = pieces(all[i], " ");
      const kind = parts[0][0];
      const answer = +parts[0][1];
      if (kind === "d") book.d = answer;
      else if (kind === "s") book.s[book.s.length] = { __proto__: null, answer, begins: pattern(parts[1]), length: parts[1].length };
      else if (kind === "h" || kind === "k") {
        for (let j = 1; j < parts.length; j++)
          if (kind === "h") book.h[parts[j]] = answer;
          else if (parts[j]) book.k[book.k.length] = pattern(parts[j], "$");
      } else if (kind) book[kind][book[kind].length] = rule(answer, parts[1], parts[2], parts[3]);
    }
  };
  const look = (url) => {
    if (!book) read();
    const host = exec(/^[^]*?(?=\.*$)/, hostOf(url))[0];
    const path = pathOf(url) + queryOf(url);
    const port = "," + portOf(url) + ",";
    let answer;
    for (let i = 0, best = -1; i < 4 && best < 0; i++) {
      const rules = book["nowp"[i]];
      for (let j = 0; j < rules.length; j++) {
        const one = rules[j];
        if (one.weight > best && one.fits(host) && (!one.ports || indexOf(one.ports, port) >= 0) && exec(one.begins, path)) {
          answer = one.answer;
          best = one.weight;
        }
      }
    }
    for (let rest = host; answer === undefined && rest; rest = slice(rest, indexOf(rest, ".") + 1 || rest.length)) answer = book.h[rest];
    if (answer !== undefined && answer !== 3) return answer;
    let longest = 0;
    let found = answer ? 0 : book.d;
    for (let i = 0; i < book.s.length; i++)
      if (book.s[i].length > longest && exec(book.s[i].begins, path)) {
        found = book.s[i].answer;
        longest = book.s[i].length;
      }
    return found;
  };
  const may = (key) => {
    if (!book) read();
    for (let i = 0; i < book.k.length; i++) if (exec(book.k[i], key)) return false;
    return true;
  };
  const renew = (news) => {
    lines = news;
    book = undefined;
  };
  return { __proto__: null, look, may, renew };
}
