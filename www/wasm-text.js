// The wasm module as text that every page encoding leaves alone: printable ASCII, and no character that
// would have to be escaped in a string literal or could end a script element.
//
// Most bytes of a module are few different ones. Those are one character each; all others are two, the
// first of which is one of the marks. The text begins with its own key: for each of the plain
// characters the byte that it stands for, as two hex digits.

// Everything printable but `"`, `<` and `\`, in the order of their codes.
const before = (code) => (code > 34) + (code > 60) + (code > 92);
const PLAIN = 90;
const MARKS = 2;
const FIRST = 32;

// The place of a character among those that are used: 0 and 1 are the marks.
const place = (code) => code - FIRST - before(code);

export const decode = (text) => {
  const plain = [];
  const rare = [];
  for (let i = 0; i < PLAIN; i++) plain[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16);
  for (let byte = 0; byte < 256; byte++) if (!plain.includes(byte)) rare[rare.length] = byte;
  const places = [];
  for (let code = FIRST; code < 127; code++) places[code] = place(code);
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let i = 2 * PLAIN; i < text.length; i++) {
    const at = places[text.charCodeAt(i)];
    bytes[length++] = at < MARKS ? rare[at * PLAIN + places[text.charCodeAt(++i)] - MARKS] : plain[at - MARKS];
  }
  return bytes.subarray(0, length);
};
