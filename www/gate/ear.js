// Hears what the visitor does in the interface: real clicks, and keys that leave it. Of what a script makes only a refusal counts, which
// a script may call for anyway: so tools that answer banners for their users can press the button.
//
// It belongs to the gate and not to the interface, so that whoever came to draw in the interface's place
// could show what it likes, and still not click. What an act means is decided in Rust. Nothing here is
// looked up where a page could have changed it, so there are no lists taken apart either.
//
//   hear(natives, root, (name, switches) => engine.act(0, name, switches));

const REFUSALS = " reject reject-new opt-out dismiss ";
// Clicks that follow each other so soon (milliseconds), and so near (pixels), are one double click.
const QUICK = 500;
const FAR = 30;
// What a key, or a dialog that closes, can mean at most: a script can bring either about, and neither is ever consent.
const LEAVING = " dismiss close ";

export const hear = ({ DocumentFragment, Element, Event, HTMLInputElement, KeyboardEvent, MouseEvent, UIEvent, EventTarget, String }, root, act, trusts = (event) => event.isTrusted) => {
  const { closest, getAttribute, localName } = Element;
  const isOf = (names, name) => String.indexOf(names, " " + name + " ") >= 0;
  // `find` answers the element whose act is meant, `from` is the attribute that names it.
  const on = (type, from, find) =>
    EventTarget.addEventListener(
      root,
      type,
      (event) => {
        const element = find(Event.target(event), event);
        const name = element && getAttribute(element, from);
        if (!name || !(type === "click" ? trusts(event) || isOf(REFUSALS, name) : trusts(event) && isOf(LEAVING, name))) return;
        Event.preventDefault(event);
        // The names of the switches, with `!` before those that are off.
        let switches = "";
        const all = DocumentFragment.querySelectorAll(root, "input");
        for (let at = 0; all[at]; at++) switches += (HTMLInputElement.checked(all[at]) ? "" : "!") + getAttribute(all[at], "name") + " ";
        act(name, switches);
      },
      true,
    );
  // The second click of a double click goes where the first one went, to a button that came there by it: nobody chose that one.
  // Not every browser counts taps. What a key or a script presses has no place and counts as none.
  let x = 0;
  let y = 0;
  let at = -QUICK;
  const isSecond = (event) => {
    const clicks = event.isTrusted && UIEvent.detail(event);
    if (!clicks) return false;
    const aside = MouseEvent.clientX(event) - x;
    const below = MouseEvent.clientY(event) - y;
    const since = Event.timeStamp(event) - at;
    x += aside;
    y += below;
    at += since;
    return clicks > 1 || (since < QUICK && aside * aside + below * below < FAR * FAR);
  };
  on("click", "data-act", (target, event) => {
    const element = closest(target, "[data-act]");
    return element && !isSecond(event) && element;
  });
  // A dialog has its own way, which the back gesture of a phone takes too.
  on("keydown", "data-escape", (target, event) =>
    KeyboardEvent.key(event) === "Escape" && !KeyboardEvent.isComposing(event) && closest(target, "[data-escape]:not(dialog)"));
  const leaves = (target) => localName(target) === "dialog" && target;
  on("cancel", "data-escape", leaves);
  on("close", "data-escape", leaves);
};
