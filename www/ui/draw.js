// Makes elements of the steps that Rust writes (src/banner/steps.rs), with the browser's own functions, and dresses them.
//
//   const { NEXT, pieces, build, dress, wear } = tools(natives);
//
// It stands alone, and is handed to who needs it: tests load each part without the rest.

const XHTML = "http://www.w3.org/1999/xhtml";
// Behind each step, and between the texts of a drawing.
const END = "\u0001";
const NEXT = "\u0002";

export const tools = ({ Document, ShadowRoot, Element, Node, HTMLElement, CSSStyleDeclaration, CSSStyleSheet, String }) => {
  const { indexOf, slice } = String;
  const { appendChild, ownerDocument } = Node;
  const { setAttribute } = Element;

  // The pieces of a text, each with what is behind it left out.
  const pieces = (text, mark, each) => {
    for (let at = 0, number = 0; at < text.length; number++) {
      const found = indexOf(text, mark, at);
      const end = found < 0 ? text.length : found;
      each(slice(text, at, end), number);
      at = end + 1;
    }
  };

  const pair = (text, each) => {
    const equals = indexOf(text, "=");
    each(slice(text, 0, equals), slice(text, equals + 1));
  };

  // Reads the steps of a tree one after the other; words become text nodes, never markup.
  const build = (parent, tree) => {
    const document = ownerDocument(parent);
    let node = parent;
    pieces(tree, END, (step) => {
      const rest = slice(step, 1);
      if (step[0] === "<") node = appendChild(node, Document.createElementNS(document, XHTML, rest));
      else if (step[0] === ">") node = Node.parentNode(node);
      else if (step[0] === "@") pair(rest, (name, value) => setAttribute(node, name, value));
      else appendChild(node, Document.createTextNode(document, rest));
    });
  };

  // Attributes, and properties of the style; `moved` is told of the owner's colours that had to be changed.
  const dress = (frame, text, moved) =>
    pieces(text, END, (step) =>
      pair(step, (name, value) => {
        if (name === "moved") moved?.(value);
        else if (name[0] === "-") CSSStyleDeclaration.setProperty(HTMLElement.style(frame), name, value);
        else setAttribute(frame, name, value);
      }));

  // Puts a style sheet on a root. A sheet belongs to the document in whose window it was made.
  const wear = (root, css, nonce, Sheet) => {
    if (CSSStyleSheet.replaceSync) {
      const sheet = new Sheet();
      CSSStyleSheet.replaceSync(sheet, css);
      ShadowRoot["=adoptedStyleSheets"](root, [sheet]);
      return;
    }
    // Safari before 16.4.
    const document = ownerDocument(root);
    const style = appendChild(root, Document.createElementNS(document, XHTML, "style"));
    if (nonce) setAttribute(style, "nonce", nonce);
    appendChild(style, Document.createTextNode(document, css));
  };

  return { __proto__: null, NEXT, pieces, build, dress, wear };
};
