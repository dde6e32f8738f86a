// What the drop-in must be, seen in its text alone:
//
//     node xtask/js/check-drop-in.mjs pkg/consent-gate.js
//
// ASCII; and one statement, the call of one strict function, so that nothing which we declare becomes
// a global of the page, and nothing that we forgot to declare either.

import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

import { parse } from "acorn";

export const checkDropIn = (text) => {
  const odd = text.search(/[^\n\x20-\x7e]/);
  if (odd >= 0) throw new Error(`the drop-in must be ASCII, but has U+${text.charCodeAt(odd).toString(16)} at ${odd}`);

  const { body } = parse(text, { ecmaVersion: 2021, sourceType: "script" });
  const wrapper = body.length === 1 && body[0].type === "ExpressionStatement" ? wrapperOf(body[0].expression) : null;
  if (!wrapper) throw new Error("the drop-in must be the call of one function and nothing else");
  if (wrapper.body.body[0]?.directive !== "use strict") throw new Error("the drop-in must be strict");
};

// `(function(){…})()` and the forms that a minifier makes of it.
const wrapperOf = (expression) => {
  const call = expression.type === "UnaryExpression" ? expression.argument : expression;
  if (call.type !== "CallExpression" || call.arguments.length > 0) return null;
  const { callee } = call;
  const isFunction = callee.type === "FunctionExpression" || callee.type === "ArrowFunctionExpression";
  return isFunction && callee.body.type === "BlockStatement" ? callee : null;
};

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  checkDropIn(await readFile(process.argv[2], "utf8"));
}
