// Draws what stands in the place of a held video, map, chat or post: into the held frame itself, which is blank as long as
// it is held. So it has the frame's own size and place, and the page gets no further element.
//
//   const put = placeholder({ natives, css, nonce, draw: tools(natives) });
//   put(root, drawing);   // `root` is a root in the shadow of that frame's page

const FRAME = "<div\u0001>\u0001";

export const placeholder = ({ natives, css, nonce, draw }) => {
  const { Document, Element, Node, WeakMap } = natives;
  const { NEXT, pieces, build, dress, wear } = draw;
  const drawn = new WeakMap.of(); // root → what it shows
  return (root, text) => {
    if (WeakMap.get(drawn, root) === text) return;
    const frame = Node.firstChild(root);
    if (frame) Element.remove(frame);
    else wear(root, css, nonce, Document.defaultView(Node.ownerDocument(root)).CSSStyleSheet);
    build(root, FRAME);
    const now = Node.firstChild(root);
    pieces(text, NEXT, (part, number) => (number ? build(now, part) : dress(now, part)));
    // The frame's page is blank and in no language; who reads it aloud asks there first (WCAG 3.1.1).
    Element.setAttribute(Document.documentElement(Node.ownerDocument(root)), "lang", Element.getAttribute(now, "lang"));
    WeakMap.set(drawn, root, text);
  };
};
