// Hears what the visitor does in the interface: real clicks and keys. Of those that a script makes only a refusal counts, which
// a script may call for anyway: so tools that answer banners for their users can press the button.
//
// It belongs to the gate and not to the interface, so that whoever came to draw in the interface's place
// could show what it likes, and still not click. What an act means is decided in Rust. Nothing here is
// looked up where a page could have changed it, so there are no lists taken apart either.
//
//   hear(natives, root, (name, checked) => engine.act(name, checked));

const REFUSALS = "[data-act=reject],[data-act=reject-new],[data-act=opt-out],[data-act=dismiss]";

export const hear = ({ DocumentFragment, Element, Event, KeyboardEvent, EventTarget }, root, act, trusts = (event) => event.isTrusted) => {
  const { closest, getAttribute, localName, matches } = Element;
  // `find` answers the element whose act is meant, `name` is the attribute that names it.
  const on = (type, name, find) =>
    EventTarget.addEventListener(
      root,
      type,
      (event) => {
        const element = find(Event.target(event), event);
        if (!element || !(trusts(event) || matches(element, REFUSALS))) return;
        Event.preventDefault(event);
        let checked = "";
        const switches = DocumentFragment.querySelectorAll(root, "input:checked");
        for (let at = 0; switches[at]; at++) checked += getAttribute(switches[at], "name") + " ";
        act(getAttribute(element, name), checked);
      },
      true,
    );
  on("click", "data-act", (target) => closest(target, "[data-act]"));
  // A dialog has its own way, which the back gesture of a phone takes too.
  on("keydown", "data-escape", (target, event) =>
    KeyboardEvent.key(event) === "Escape" && !KeyboardEvent.isComposing(event) && closest(target, "[data-escape]:not(dialog)"));
  const leaves = (target) => localName(target) === "dialog" && target;
  on("cancel", "data-escape", leaves);
  on("close", "data-escape", leaves);
};
