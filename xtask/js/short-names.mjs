// Short names for what glue and wasm call each other by. wasm-bindgen's are long and end in hashes,
// which no compressor makes smaller, and they stand in both.

/**
 * The glue with the names that wasm-opt gave to imports and exports: `{ imports: [[module, name, short]],
 * exports: [[name, short]] }`. Throws where an import isn't found exactly once.
 */
export const shorten = (glue, { imports, exports }) => {
  const replace = (pattern, text) => {
    const found = glue.match(pattern)?.length ?? 0;
    if (found !== 1) throw new Error(`the glue has ${pattern} ${found} times`);
    glue = glue.replace(pattern, () => text);
  };
  const word = (name) => name.replace(/[^\w]/g, "\\$&");
  for (const [, name, short] of imports) replace(new RegExp(`^ +${word(name)}: function`, "gm"), `${short}: function`);
  // The pass calls every module "a".
  const modules = new Set(imports.map(([module]) => module));
  for (const module of modules) replace(new RegExp(`"${word(module)}": import0`, "g"), "a: import0");
  // One of the exports that the glue doesn't use is no fault.
  const shorts = new Map(exports);
  return glue.replace(/\bwasm\.(\w+)/g, (_, name) => {
    if (!shorts.has(name)) throw new Error(`the wasm exports no ${name}`);
    return `wasm.${shorts.get(name)}`;
  });
};
