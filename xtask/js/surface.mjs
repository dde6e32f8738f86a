// The public surface of what is shipped, one name a line, for tests/dist.rs:
//
//     node xtask/js/surface.mjs pkg/consent_gate.js pkg/consent_gate.d.ts
//
// `module`: what the ES module exports. `function`: what the declarations say that it exports.
// `type`: declared types. `ConsentGate.x`, `Config.x`, …: members of declared interfaces.

import { readFile } from "node:fs/promises";

import { parse } from "acorn";
import typescript from "typescript";

const [modulePath, typesPath] = process.argv.slice(2);
const lines = [];

const { body } = parse(await readFile(modulePath, "utf8"), { ecmaVersion: 2021, sourceType: "module" });
for (const node of body) {
  if (node.type === "ExportDefaultDeclaration") lines.push("module default");
  if (node.type !== "ExportNamedDeclaration") continue;
  for (const { exported } of node.specifiers) lines.push(`module ${exported.name}`);
  for (const declared of node.declaration?.declarations ?? []) lines.push(`module ${declared.id.name}`);
}

const types = typescript.createSourceFile(typesPath, await readFile(typesPath, "utf8"), typescript.ScriptTarget.ES2022);
for (const node of types.statements) {
  if (typescript.isExportAssignment(node)) lines.push("function default");
  const isExported = node.modifiers?.some(({ kind }) => kind === typescript.SyntaxKind.ExportKeyword);
  if (!isExported) continue;
  if (typescript.isFunctionDeclaration(node)) lines.push(`function ${node.name.text}`);
  if (typescript.isTypeAliasDeclaration(node)) lines.push(`type ${node.name.text}`);
  if (!typescript.isInterfaceDeclaration(node)) continue;
  lines.push(`type ${node.name.text}`);
  for (const { name } of node.members) lines.push(`${node.name.text}.${name.text}`);
}

console.log(lines.sort().join("\n"));
