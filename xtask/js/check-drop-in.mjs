// What a script of ours must be, seen in its text alone:
//
//     node xtask/js/check-drop-in.mjs pkg/consent-gate.js
//
// ASCII; and one statement, the call of one strict function, so that nothing which we declare becomes
// a global of the page, and nothing that we forgot to declare either.
//
// The interface's file has to offer itself besides, before anything that it calls could be the page's: until
// then the gate knows its script by being the current one, and a page that got to run meanwhile would be
// taken for it.

import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";

import { parse } from "acorn";

export const checkDropIn = (text, name) => {
  const odd = text.search(/[^\n\x20-\x7e]/);
  if (odd >= 0) throw new Error(`${name} must be ASCII, but has U+${text.charCodeAt(odd).toString(16)} at ${odd}`);

  const { body } = parse(text, { ecmaVersion: 2021, sourceType: "script" });
  const wrapper = body.length === 1 && body[0].type === "ExpressionStatement" ? wrapperOf(body[0].expression) : null;
  if (!wrapper) throw new Error(`${name} must be the call of one function and nothing else`);
  const [strict, ...statements] = wrapper.body.body;
  if (strict?.directive !== "use strict") throw new Error(`${name} must be strict`);
  if (name !== "consent-gate-ui.js") return;
  const offer = statements.pop();
  if (!isOffer(offer?.expression) || !statements.every(isStill)) throw new Error(`${name} must offer itself first`);
};

// `(function(){…})()` and the forms that a minifier makes of it. It may be given texts.
const wrapperOf = (expression) => {
  const call = expression.type === "UnaryExpression" ? expression.argument : expression;
  if (call.type !== "CallExpression" || !call.arguments.every(({ type }) => type === "Literal")) return null;
  const { callee } = call;
  return isFunction(callee) && callee.body.type === "BlockStatement" ? callee : null;
};

const isFunction = ({ type }) => type === "FunctionExpression" || type === "ArrowFunctionExpression";

// `ConsentGate.interface("…", (…) => …)`: nothing in it runs anything of the page's.
const isOffer = (node) =>
  node?.type === "CallExpression" &&
  node.callee.object?.name === "ConsentGate" &&
  node.callee.property.name === "interface" &&
  node.arguments.every((given) => isFunction(given) || isValue(given));

// A declaration of what is there already.
const isStill = ({ type, declarations }) =>
  type === "FunctionDeclaration" ||
  (type === "VariableDeclaration" && declarations.every(({ id, init }) => id.type === "Identifier" && (!init || isFunction(init) || isValue(init))));

const isValue = ({ type, elements, expressions }) =>
  type === "Literal" ||
  type === "Identifier" ||
  (type === "TemplateLiteral" && expressions.length === 0) ||
  (type === "ArrayExpression" && elements.every(isValue));

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const path of process.argv.slice(2)) checkDropIn(await readFile(path, "utf8"), basename(path));
}
