// The other half of www/wasm-text.js: writes what `decode` reads.

import { BACK, DECLARED, FAR, FRONT, LONG, OFFSET, OPCODE, PARTS, alignment, count, decode, operand } from "../../www/wasm-text.js";

const PLAIN = 90;
const CODE_SECTION = 10;

// Printable ASCII without `"`, `<` and `\`; the first two are the marks.
const CHARACTERS = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).filter((c) => !'"<\\'.includes(c));

/**
 * The module as text. The alignment of loads and stores, a hint that engines don't look at, is made the
 * natural one in `wasm` itself, so that it need not be carried.
 */
export const encode = (wasm) => {
  const text = packed(sorted(wasm));
  if (Buffer.compare(decode(text), wasm)) throw new Error("the wasm as text is not the wasm");
  return text;
};

const packed = (bytes) => {
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
  return key + Array.from(bytes, (byte) => words[byte]).join("");
};

/** The parts one after the other, with their lengths before them. */
const sorted = (wasm) => {
  const parts = Array.from({ length: PARTS }, () => []);
  let at = 0;
  const byte = (part) => {
    parts[part].push(wasm[at]);
    return wasm[at++];
  };
  const copy = (part) => {
    while (byte(part) > 127);
  };
  const some = (part, count) => {
    for (; count > 0; count--) copy(part);
  };
  const raw = (part, count) => {
    for (; count > 0; count--) byte(part);
  };
  const number = () => {
    let value = 0;
    for (let shift = 0, last = 128; last > 127; shift += 7) value += ((last = wasm[at++]) & 127) * 2 ** shift;
    return value;
  };

  let end;
  for (at = 8; ; at = end) {
    const section = wasm[at++];
    end = number() + at;
    if (section === CODE_SECTION) break;
  }
  parts[FRONT].push(...wasm.subarray(0, at));
  const start = at;
  const functions = number();
  at = start;
  copy(DECLARED);
  for (let i = 0; i < functions; i++) {
    const last = number() + at;
    some(DECLARED, 2 * byte(DECLARED));
    while (at < last) {
      const code = byte(OPCODE);
      const part = operand[code];
      if (code === 0xfc) byte(OPCODE);
      if (part === OFFSET) {
        wasm[at++] = alignment[code - 0x28];
        if (byte(OFFSET) > 127) copy(FAR);
      } else if (part === LONG && code > 0x42) raw(LONG, code === 0x43 ? 4 : 8);
      else if (part) some(part, count(code, wasm[code === 0xfc ? at - 1 : at]));
    }
  }
  parts[BACK].push(...wasm.subarray(end));
  const lengths = parts.flatMap(({ length }) => {
    const leb = [];
    for (; length > 127; length >>>= 7) leb.push((length & 127) | 128);
    return [...leb, length];
  });
  return Uint8Array.from([...lengths, ...parts.flat()]);
};
