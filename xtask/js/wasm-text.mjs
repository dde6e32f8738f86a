// The other half of www/wasm-text.js: writes what `decode` reads.

import { decode } from "../../www/wasm-text.js";

const PLAIN = 90;

// Printable ASCII without `"`, `<` and `\`; the first two are the marks.
const CHARACTERS = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).filter((c) => !'"<\\'.includes(c));

export const encode = (bytes) => {
  const counts = new Array(256).fill(0);
  for (const byte of bytes) counts[byte]++;
  const byCount = [...counts.keys()].sort((a, b) => counts[b] - counts[a] || a - b);
  // Neighbours stay neighbours: what compresses the text looks at characters as classes.
  const plain = byCount.slice(0, PLAIN).sort((a, b) => a - b);
  const rare = byCount.slice(PLAIN).sort((a, b) => a - b);
  const [marks, characters] = [CHARACTERS.slice(0, 2), CHARACTERS.slice(2)];
  const words = [];
  plain.forEach((byte, i) => (words[byte] = characters[i]));
  rare.forEach((byte, i) => (words[byte] = marks[Math.floor(i / PLAIN)] + characters[i % PLAIN]));
  const key = plain.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const text = key + Array.from(bytes, (byte) => words[byte]).join("");
  if (Buffer.compare(Buffer.from(decode(text)), Buffer.from(bytes))) throw new Error("the wasm as text is not the wasm");
  return text;
};
