// Brings the interface into a state, and says what is wrong with what is drawn. Run in the page by tests/e2e/looks, which
// knows the states; every answer is a list of faults, and an empty one is what is wanted.
window.judge = (() => {
  const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const OF_PAGE = ["document-title", "landmark-one-main", "page-has-heading-one"];
  const PATIENCE = 4000;
  // Half a pixel is how far a size in `em` may lie from what it comes to.
  const HALF = 0.5;

  const root = () => document.getElementById("consent-gate-ui")?.shadowRoot;
  // Under a modal dialog the rest can be seen and not reached.
  const reached = (within) => [...within.querySelectorAll("dialog[open]")].at(-1) ?? within;
  const all = (within, selector) => [...(within?.querySelectorAll(selector) ?? [])].filter((part) => part.checkVisibility({ visibilityProperty: true, opacityProperty: true }));
  const name = (part) => `${part.localName}.${part.className}[${part.getAttribute("data-act") ?? part.getAttribute("aria-label") ?? part.textContent.trim().slice(0, 30)}]`;
  const box = (part) => part.getBoundingClientRect();
  const said = ({ left, top, right, bottom }) => [left, top, right, bottom].map((at) => Math.round(at * 10) / 10).join(" ");
  const tick = () => new Promise((done) => setTimeout(done, 4));

  const until = async (what, test) => {
    for (const since = performance.now(); !test(); await tick())
      if (performance.now() - since > PATIENCE) throw new Error(`${what} did not come`);
  };

  const acts = {
    reset: () => ConsentGate.reset(),
    accept: () => ConsentGate.acceptAll(),
    refuse: () => ConsentGate.rejectAll(),
    preferences: () => ConsentGate.preferences(),
    unfold: () => root().querySelectorAll("details").forEach((part) => (part.open = true)),
    // The one click that a script may make.
    "press-reject": () => root().querySelector("[data-act=reject]").click(),
  };

  /** Goes a state's way. */
  const show = async (base, { way, sees }, layout, language) => {
    const [kind, position] = layout.split(" ");
    for (const step of way) {
      if (typeof step === "object") {
        const banner = { ...base.banner, layout: kind, position };
        ConsentGate.configure({ ...base, banner, language, ...step, services: [...base.services, ...(step.services ?? [])] });
        await until(`the words of ${language}`, () => root()?.querySelector(`div[lang=${language}]`));
      } else acts[step]();
    }
    await until(sees, () => all(root(), sees).length);
    // What was let in by one state stays in the page that goes on to the next.
    const error = ConsentGate.report().errors.find(({ code }) => code !== "reload-needed");
    if (error) throw new Error(`${error.code}: ${error.message}`);
  };

  // axe-core

  const colour = (text) => {
    const numbers = text.match(/[\d.]+/g)?.map(Number) ?? [];
    return text.startsWith("rgb") ? { rgb: numbers.slice(0, 3), alpha: numbers[3] ?? 1 } : { rgb: [0, 0, 0], alpha: text === "transparent" ? 0 : 1 };
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const above = (part) => part.parentElement ?? part.getRootNode().host;

  /** What axe can't tell, because something lies over or behind a word: everything of ours stands on a plain, opaque ground. */
  const contrast = (part) => {
    const style = getComputedStyle(part);
    const text = colour(style.color);
    let opacity = 1;
    for (let at = part; at; at = above(at)) opacity *= Number(getComputedStyle(at).opacity);
    if (text.alpha < 1 || opacity < 1) return `${name(part)} can be seen through (${style.color}, ${opacity})`;
    for (let at = part; at; at = above(at)) {
      const { backgroundColor, backgroundImage } = getComputedStyle(at);
      if (backgroundImage !== "none") return `${name(part)} stands on a picture`;
      const ground = colour(backgroundColor);
      if (!ground.alpha) continue;
      if (ground.alpha < 1) return `${name(part)} stands on ${backgroundColor}`;
      const found = ratio(text.rgb, ground.rgb);
      return found < 4.5 ? `${name(part)} has a contrast of ${found.toFixed(2)}` : "";
    }
    return `${name(part)} stands on nothing of ours`;
  };
  const words = (within) =>
    all(within, "*").filter((part) => [...part.childNodes].some((child) => child.nodeType === 3 && child.data.trim()));

  const find = (within, target) => {
    let part = null;
    for (const selector of target.flat(9)) {
      part = (part?.shadowRoot ?? part ?? within).querySelector(selector);
      if (!part) return null;
    }
    return part;
  };

  const axe = async (page) => {
    const window = page.defaultView;
    // A frame's title, landmarks and first heading are those of the page around.
    const rules = window === window.top ? {} : Object.fromEntries(OF_PAGE.map((rule) => [rule, { enabled: false }]));
    const found = await window.axe.run(page, { runOnly: TAGS, rules, resultTypes: ["violations", "incomplete"], iframes: false });
    const faults = found.violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `axe ${id}: ${target.flat(9).join(" > ")}: ${failureSummary.replace(/\s+/g, " ")}`));
    for (const { id, nodes } of found.incomplete)
      for (const { target, any, all, none } of nodes) {
        const part = find(page, target);
        const why = [...any, ...all, ...none].map((check) => check.data?.messageKey ?? `${check.message} ${JSON.stringify(check.data)}`).join();
        if (id === "color-contrast") {
          // Outside of ours axe has nothing to be unsure of; inside, it is computed.
          const fault = part ? contrast(part) : `${target.flat(9).join(" > ")} was not found again`;
          if (fault) faults.push(`axe ${id} (${why}): ${fault}`);
        } else faults.push(`axe can't tell ${id}: ${target.flat(9).join(" > ")}: ${why}`);
      }
    return faults;
  };

  // Sizes and places

  const CONTROLS = "button, a[href], summary, label, input:not(label input)";
  const SCROLLS = /auto|scroll/;

  const targets = (within, least) =>
    all(within, CONTROLS).flatMap((part) => {
      const { width, height } = box(part);
      return width < least - HALF || height < least - HALF ? [`${name(part)} is ${width.toFixed(1)} x ${height.toFixed(1)}, and ${least} is wanted`] : [];
    });

  /** Is all of it within the window, and does nothing widen the page? */
  const bounds = (within, window) => {
    const { innerHeight, document } = window;
    const wide = document.documentElement;
    const innerWidth = wide.clientWidth;
    const faults = [];
    // A page that is higher than the window has a scroll bar, which takes its width.
    if (wide.scrollWidth > wide.clientWidth) faults.push(`the page is ${wide.scrollWidth} wide in a window of ${wide.clientWidth}`);
    for (const card of all(within, ".card, .again, .said, .embed")) {
      const { left, top, right, bottom } = box(card);
      if (left < -HALF || top < -HALF || right > innerWidth + HALF || bottom > innerHeight + HALF) faults.push(`${name(card)} is not inside of the window: ${said(box(card))}`);
      for (const part of [card, ...all(card, "*")]) {
        if (part.scrollWidth > part.clientWidth + 1 && SCROLLS.test(getComputedStyle(part).overflowX)) faults.push(`${name(part)} scrolls sideways`);
        const own = box(part);
        if (own.width && (own.left < left - HALF || own.right > right + HALF)) faults.push(`${name(part)} sticks out of its card: ${said(own)}`);
      }
    }
    return faults;
  };

  /** Accept, reject and choose: the same in everything that can be computed, and of one size. */
  const equal = (within) =>
    all(within, ".acts").flatMap((group) => {
      const [first, ...others] = all(group, "button");
      if (!first) return [];
      const [style, size] = [getComputedStyle(first), box(first)];
      return others.flatMap((other) => {
        const [its, own] = [getComputedStyle(other), box(other)];
        const faults = [...style]
          .filter((property) => !/^(inline-size|block-size|width|height|perspective-origin|transform-origin)$/.test(property))
          .filter((property) => style.getPropertyValue(property) !== its.getPropertyValue(property))
          .map((property) => `${name(other)} has another ${property} than ${name(first)}: ${its.getPropertyValue(property)}`);
        if (Math.abs(size.width - own.width) > HALF || Math.abs(size.height - own.height) > HALF)
          faults.push(`${name(other)} is ${own.width} x ${own.height}, and ${name(first)} ${size.width} x ${size.height}`);
        return faults;
      });
    });

  /** Words of which a part can't be read: cut off by what is around them, or lying over its edge. */
  const cut = (within) =>
    words(within).flatMap((part) => {
      const range = part.ownerDocument.createRange();
      range.selectNodeContents(part);
      const text = range.getBoundingClientRect();
      for (let at = part; at && at.localName !== "dialog" && !at.matches(".card, .embed"); at = at.parentElement) {
        const style = getComputedStyle(at);
        // What opens when one comes near it.
        if (at.matches(".again:not(.wide) .name")) return [];
        if (SCROLLS.test(style.overflowY)) return [];
        // A line that is too short for its words says so; there is no room for a second one.
        if (style.textOverflow === "ellipsis" && at.ownerDocument.defaultView.innerHeight < 3 * 16) return [];
        const hides = style.overflow !== "visible" || at.matches("button, summary, label, .said");
        const edge = box(at);
        if (hides && (text.left < edge.left - 1 || text.right > edge.right + 1 || text.top < edge.top - 1 || text.bottom > edge.bottom + 1))
          return [`words of ${name(part)} are cut by ${name(at)}: ${said(text)} in ${said(edge)}`];
      }
      return [];
    });

  /** WCAG 1.4.12: what readers may do to text. */
  const SPACED = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-block-end: 2em !important }";
  const spaced = ({ within, window }) => {
    const sheet = new window.CSSStyleSheet();
    sheet.replaceSync(SPACED);
    const before = within.adoptedStyleSheets;
    within.adoptedStyleSheets = [...before, sheet];
    const faults = [...bounds(within, window), ...cut(within), ...equal(within)].map((fault) => `with more space: ${fault}`);
    within.adoptedStyleSheets = before;
    return faults;
  };

  /** Every control can be brought into sight, whole and with nothing over it. */
  const reachable = ({ within, window }) =>
    all(reached(within), CONTROLS).flatMap((part) => {
      part.scrollIntoView({ block: "center", behavior: "instant" });
      const at = box(part);
      const { innerWidth, innerHeight } = window;
      const whole = at.top >= -HALF && at.left >= -HALF && at.bottom <= innerHeight + HALF && at.right <= innerWidth + HALF;
      const hit = within.elementFromPoint((at.left + at.right) / 2, (at.top + at.bottom) / 2);
      if (whole && hit && (part.contains(hit) || hit.contains(part) && hit.localName === "label")) return [];
      return [`${name(part)} can't be brought into sight: ${said(at)}, there is ${hit && name(hit)}`];
    });

  /** No control of the page that has the focus lies wholly under the banner (WCAG 2.4.11). */
  const obscured = async () => {
    const card = all(root(), ".card")[0];
    const links = [...document.querySelectorAll("a")];
    const faults = [];
    // What the page's height and scroll padding follow is told after a frame.
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    for (const link of [...links, ...links.toReversed()]) {
      link.focus();
      const [own, over] = [box(link), box(card)];
      if (own.top >= over.top - HALF && own.bottom <= over.bottom + HALF && own.left >= over.left - HALF && own.right <= over.right + HALF)
        faults.push(`${link.textContent} has the focus and lies under the banner: ${said(own)} under ${said(over)}`);
    }
    document.activeElement.blur();
    scrollTo(0, 0);
    return faults;
  };

  // What the visitor's system asks for. Each answers for the interface as it is now.

  const running = (within) =>
    within.getAnimations().filter((one) => one.playState === "running").map((one) => [one.animationName ?? one.transitionProperty, one.effect.getKeyframes().flatMap((frame) => Object.keys(frame))].flat());
  const system = {
    /** Nothing moves; that what is said goes away is no movement. */
    still: ({ within }) => running(within).flatMap(([which, ...properties]) =>
      properties.some((property) => !["offset", "computedOffset", "easing", "composite", "opacity", "visibility"].includes(property)) ? [`${which} moves`] : []),
    moving: ({ within }) => (running(within).some(([which]) => which === "come") ? [] : ["nothing moves for those who want it"]),
    strong: ({ within }) => all(within, ".card, .again, .group").flatMap((part) => {
      const { borderTopWidth, borderTopColor, color } = getComputedStyle(part);
      return borderTopWidth === "2px" && borderTopColor === color ? [] : [`${name(part)} has a border of ${borderTopWidth}, ${borderTopColor}`];
    }),
    forced: ({ within }) => [
      ...all(within, ".card, .act, .again, .said, .embed").flatMap((part) => {
        const style = getComputedStyle(part);
        const edge = colour(style.borderTopColor);
        const seen = style.borderTopStyle !== "none" && parseFloat(style.borderTopWidth) >= 1 && edge.alpha > 0.5 && ratio(edge.rgb, colour(getComputedStyle(document.documentElement).backgroundColor).rgb) > 1;
        return seen ? [] : [`${name(part)} has no edge that is seen: ${style.border}`];
      }),
      ...all(within, "input").flatMap((part) => (getComputedStyle(part).appearance === "auto" ? [] : [`${name(part)} is not the system's own`])),
      ...all(within, ".cross").flatMap((part) => {
        const line = getComputedStyle(part, "::before");
        return line.borderTopStyle === "solid" && line.borderTopColor === getComputedStyle(part).color ? [] : [`${name(part)} has no sign: ${line.borderTop}`];
      }),
    ],
    printed: ({ within }) => (getComputedStyle(within.host).display === "none" ? [] : ["it is printed"]),
  };

  // Placeholders

  const frame = (id) => {
    const element = document.getElementById(id);
    const page = element?.contentDocument;
    return { page, window: element?.contentWindow, within: page?.body?.firstElementChild?.shadowRoot };
  };

  /** The words of all frames in this language. */
  const showFrames = async (base, ids, language) => {
    ConsentGate.configure({ ...base, language });
    for (const id of ids) await until(`${id} in ${language}`, () => frame(id).within?.querySelector(`div[lang=${language}] .embed`));
  };

  // A frame that is lower than 3.5em has no room for more.
  const least = (window) => (window === window.top || window.innerHeight >= 3.5 * 16 ? 44 : 24);

  /** What a pass can ask for. Each is told where it looks. */
  const checks = {
    axe: ({ page }) => axe(page),
    plain: ({ within, window }) => [...bounds(within, window), ...targets(within, least(window)), ...equal(within), ...cut(within)],
    contrast: ({ within }) => words(within).map(contrast).filter(Boolean),
    spaced, reachable, obscured, ...system,
  };
  const look = async (names, place) => {
    const faults = [];
    for (const check of names) faults.push(...(await checks[check](place)));
    return faults;
  };

  /** The page's font for everything, in frames too, which don't inherit it: their blank pages are given what ours has. */
  const pin = async (ids) => {
    await document.fonts.ready;
    const faces = [...document.styleSheets].flatMap(({ cssRules }) => [...cssRules]).filter((rule) => rule instanceof CSSFontFaceRule);
    for (const { page, window: its } of ids.map(frame)) {
      for (const { style } of faces) {
        const { fontFamily, fontWeight: weight } = style;
        page.fonts.add(await new its.FontFace(fontFamily.replaceAll('"', ""), style.getPropertyValue("src"), { weight }).load());
      }
      page.documentElement.style.setProperty("--consent-gate-font", getComputedStyle(document.documentElement).getPropertyValue("--consent-gate-font"));
    }
  };

  /** Everything is there and drawn. */
  const still = async () => {
    await document.fonts.ready;
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  };

  return {
    show, showFrames, frame, pin, still,
    here: (...names) => look(names, { page: document, window, within: root() }),
    /** Faults by language. */
    state: async (names, base, state, layout, languages) => {
      const all = {};
      for (const language of languages) {
        await show(base, state, layout, language);
        all[language] = await judge.here(...names);
      }
      return all;
    },
    /** Faults by language and frame. */
    frames: async (names, base, ids, languages) => {
      const all = {};
      for (const language of languages) {
        await showFrames(base, ids, language);
        for (const id of ids) all[`${id} ${language}`] = await look(names, frame(id));
      }
      return all;
    },
  };
})();
