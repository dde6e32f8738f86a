// The wasm module as text that every page encoding leaves alone, sorted so that it compresses.
//
// Text: printable ASCII, and no character that would have to be escaped in a string literal or could
// end a script element. Most bytes of a module are few different ones. Those are one character each;
// all others are two, the first of which is one of the marks. The text begins with its own key: for each
// of the plain characters the byte that it stands for, as two hex digits.
//
// Sorted: in a module every instruction is followed by its operands, and a compressor that sees places
// of locals, offsets and constants in turn learns little of any. Here each kind of operand stands
// together; what opcode has which is the table of the WebAssembly specification (§5.4). It saves a tenth.

// Everything printable but `"`, `<` and `\`, in the order of their codes. The first two are the marks.
const PLAIN = 90;
const MARK = 32;
const FIRST = 34;

// The parts: what stands before the code, opcodes, declarations of locals, then operands, and what
// stands behind the code.
export const PARTS = 12;
export const [FRONT, OPCODE, DECLARED, BRANCH, CALL, LOCAL, OFFSET, FAR, CONSTANT, LONG, OTHER, BACK] = Array(PARTS).keys();

// Opcode → the part in which its operand stands; 0 for none. The alignment of loads and stores is a
// hint, and always the natural one here. What has more than one operand is treated below.
export const operand = new Uint8Array(256);
export const alignment = Uint8Array.from("23230011001122232301012", Number);
const at = (from, to, part) => operand.fill(part, from, to + 1);
at(0x02, 0x04, OPCODE);
at(0x0c, 0x0e, BRANCH);
at(0x10, 0x10, CALL);
at(0x20, 0x22, LOCAL);
at(0x28, 0x3e, OFFSET);
at(0x41, 0x41, CONSTANT);
at(0x42, 0x44, LONG);
for (const [from, to] of [[0x11, 0x11], [0x1c, 0x1c], [0x23, 0x26], [0x3f, 0x40], [0xd0, 0xd2], [0xfc, 0xfc]]) at(from, to, OTHER);

// How many numbers follow an opcode; `next` is the byte behind it: the length of a table of branches, or
// the second half of a long opcode (copies and fills).
export const count = (code, next) =>
  code === 0x0e ? next + 2 : code === 0xfc ? LONGER[next] : code === 0x11 || code === 0x1c ? 2 : 1;
const LONGER = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1];

const unpack = (text) => {
  // Character → its place among the plain ones, and the byte that it stands for.
  const place = new Uint8Array(128);
  const plain = new Uint8Array(128);
  const rare = new Uint8Array(256);
  const common = [];
  for (let code = FIRST; code < 127; code++) {
    if (code === 34 || code === 60 || code === 92) continue;
    place[code] = common.length;
    plain[code] = common[common.length] = parseInt(text.slice(2 * common.length, 2 * common.length + 2), 16);
  }
  for (let byte = 0, at = 0; byte < 256; byte++) if (!common.includes(byte)) rare[at++] = byte;
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let i = 2 * PLAIN; i < text.length; i++) {
    const code = text.charCodeAt(i);
    bytes[length++] = code < FIRST ? rare[(code - MARK) * PLAIN + place[text.charCodeAt(++i)]] : plain[code];
  }
  return bytes.subarray(0, length);
};

// One function of the module, with its size before it. It is called for each, and not a loop over all,
// so that the engine can make it fast while it is at work.
const restore = (packed, next, bytes, start) => {
  let length = start;
  let declared = next[DECLARED];
  let groups = 2 * (bytes[length++] = packed[declared++]);
  while (groups > 0) if ((bytes[length++] = packed[declared++]) < 128) groups--;
  next[DECLARED] = declared;
  let opcode = next[OPCODE];
  let depth = 1;
  while (depth > 0) {
    const code = (bytes[length++] = packed[opcode++]);
    const part = operand[code];
    if (part === FRONT) {
      if (code === 0x0b) depth--;
      continue;
    }
    if (part === OPCODE) {
      depth++;
      while ((bytes[length++] = packed[opcode++]) > 127);
      continue;
    }
    let from = next[part];
    if (part === OFFSET) {
      bytes[length++] = alignment[code - 0x28];
      // What follows the first byte of a great offset stands apart, since there are few such.
      if ((bytes[length++] = packed[from++]) > 127) while ((bytes[length++] = packed[next[FAR]++]) > 127);
    } else if (part === LONG && code > 0x42) {
      for (let rest = code === 0x43 ? 4 : 8; rest > 0; rest--) bytes[length++] = packed[from++];
    } else {
      let rest = 1;
      if (code === 0x0e) rest = count(code, packed[from]);
      else if (part === OTHER) {
        if (code === 0xfc) bytes[length++] = packed[opcode++];
        rest = count(code, bytes[length - 1]);
      }
      // A number in LEB128 ends with the first byte below 128.
      while (rest > 0) if ((bytes[length++] = packed[from++]) < 128) rest--;
    }
    next[part] = from;
  }
  next[OPCODE] = opcode;
  const size = length - start;
  const room = size > 16383 ? 3 : size > 127 ? 2 : 1;
  bytes.copyWithin(start + room, start, length);
  for (let i = 0; i < room; i++) bytes[start + i] = ((size >> (7 * i)) & 127) | (i < room - 1 ? 128 : 0);
  return length + room;
};

export const decode = (text) => {
  const packed = unpack(text);
  let at = 0;
  const number = () => {
    let value = 0;
    let shift = 0;
    let byte;
    do {
      byte = packed[at++];
      value |= (byte & 127) << shift;
      shift += 7;
    } while (byte > 127);
    return value;
  };
  const lengths = [];
  for (let part = 0; part < PARTS; part++) lengths[part] = number();
  const next = new Uint32Array(PARTS);
  for (let part = 0; part < PARTS; part++) {
    next[part] = at;
    at += lengths[part];
  }

  const bytes = new Uint8Array(2 * packed.length);
  bytes.set(packed.subarray(next[FRONT], next[OPCODE]));
  let length = lengths[FRONT];
  // How many functions there are.
  at = next[DECLARED];
  const functions = number();
  while (next[DECLARED] < at) bytes[length++] = packed[next[DECLARED]++];
  for (let i = 0; i < functions; i++) length = restore(packed, next, bytes, length);
  bytes.set(packed.subarray(next[BACK]), length);
  return bytes.subarray(0, length + lengths[BACK]);
};
