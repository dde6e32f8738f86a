// Fetches the interface's texts in another language than English: one file, when it is needed, checked against a
// hash that is known here, since whoever could change the words could let *Reject* say *Accept*.
//
// It knows no text and no key: the values of a file, in their order, become steps of the view (src/banner/view.rs).
//
//   const wordsOf = languages({ natives, home, fault, again });
//   const words = wordsOf(view);   // undefined: they are on their way, and `again` is called when it is time to ask

import hashes from "#languages";

// How long the interface waits for its words, in milliseconds; then it is English until they come.
const PATIENCE = 3000;
const DIGITS = 10; // with which a view begins; behind them stands the file
const HASH = 44; // letters of a SHA-256 in base64
const END = "\u0001";

// `home`: the address beside which the folder `lang` lies. `fault(code, message)` reports.
export const languages = ({ natives, home, fault, again }) => {
  const { indexOf, slice } = natives.String;
  const { fetch, keys, parse, setTimeout, URL } = natives.plain;
  const { then } = natives.Promise;
  const { text } = natives.Response;
  let asked = "", words = "", newest = 0;

  const ask = (tag) => {
    // A page may change the language and back before the first answer, or its patience, is at an end.
    const own = ++newest;
    const end = (steps) => {
      if (own !== newest || words === steps) return;
      words = steps;
      again();
    };
    const miss = (why) => {
      if (own !== newest) return;
      fault("no-language", `the interface speaks English instead of ${tag}, because lang/${tag}.json could not be loaded (${why}). ` +
        "Put the folder lang of this version beside consent-gate.js (or beside the bundle), and let the page's policy allow it in connect-src; or put the texts into `texts`");
      end("");
    };
    const take = (answer) => {
      let steps = "";
      try {
        const all = parse(answer);
        const names = keys(all);
        for (let at = 0; at < names.length; at++) steps += "m" + all[names[at]] + END;
      } catch (error) {
        return miss(error);
      }
      end(steps);
    };
    const from = indexOf(hashes, ` ${tag} `) + tag.length + 2;
    const hash = slice(hashes, from, from + HASH);
    try {
      // With its hash in the address, an old one from a cache never stands in for this version's.
      const address = new URL(`lang/${tag}.json?${slice(hash, 0, 8)}`, home).href;
      const answer = fetch(address, { __proto__: null, integrity: "sha256-" + hash });
      setTimeout(() => words === undefined && end(""), PATIENCE);
      // One after the other and not in a chain, whose links a page could make of its own promises.
      then(answer, (response) => void then(text(response), (body) => void take(body), miss), miss);
    } catch (error) {
      miss(error);
    }
  };

  return (view) => {
    const tag = slice(view, DIGITS, indexOf(view, END));
    if (tag !== asked) {
      asked = tag;
      words = tag ? undefined : "";
      if (tag) ask(tag);
      else newest++;
    }
    return words;
  };
};
