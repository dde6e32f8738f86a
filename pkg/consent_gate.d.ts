/**
 * consent-gate: types of both forms.
 *
 * The drop-in gives the page one global, `ConsentGate`. The ES module has the same calls as named
 * exports, and `init()`, which attaches to a running gate or starts one.
 *
 * ```ts
 * import { init, has, on } from "consent-gate";
 * await init();
 * on("change", ({ granted }) => console.log("now granted:", granted));
 * if (has("analytics")) count();
 * ```
 */

/** The groups that a visitor answers for. The four ids are fixed; their texts are the owner's. */
export type Category = "essential" | "analytics" | "functional" | "marketing";

/** The id of a service, built in (`google-analytics`, `meta-pixel`, …) or declared in `services`. */
export type ServiceId = string;

/** Which rules are in force: ask first, let refuse, or tell. */
export type Regime = "opt-in" | "opt-out" | "notice";

/** What the gate knows of the visitor's answer, at one moment. It is frozen. */
export interface State {
  /**
   * `unset`: not answered. `set`: answered by the visitor, or by a call. `signal`: every category is
   * settled by the browser's signals. `unavailable`: wasm could not start, everything stays held.
   */
  readonly status: "unset" | "set" | "signal" | "unavailable";
  /** What is granted. `true` exactly when the gate would release it. */
  readonly categories: Readonly<Record<Category, boolean>>;
  /** The site's services, and others that have an answer of their own. */
  readonly services: Readonly<Record<ServiceId, boolean>>;
  /** The rules in force. */
  readonly regime: Regime;
  /** Where the visitor is, as ISO 3166-2 (`DE`, `US-CA`), if the owner said so. */
  readonly region: string | null;
  /** What the browser says for the visitor. */
  readonly signals: Signals;
  /** The random id of the stored record; it identifies the choice, not the visitor. */
  readonly id: string | null;
  /** The site's policy version that was answered. */
  readonly revision: number | null;
  /** When it was answered, ISO 8601 in UTC. */
  readonly at: string | null;
  /** Until when the answer counts, ISO 8601 in UTC. */
  readonly expires: string | null;
  /** The language of the interface, a BCP 47 tag. */
  readonly language: string;
  /** Where the record is kept. `memory` lasts until the page is left. */
  readonly storage: "local" | "cookie" | "memory";
}

/** Signals of the browser. */
export interface Signals {
  /** Do Not Track. */
  readonly dnt: boolean;
  /** Global Privacy Control. */
  readonly gpc: boolean;
}

/** What was done. `dismiss` is closing the banner, and counts as a refusal. */
export type Action = "accept-all" | "reject-all" | "save" | "dismiss" | "withdraw" | "api";

/** Where a change came from. `storage` is another tab of the same site. */
export type Source = "banner" | "preferences" | "placeholder" | "api" | "signal" | "storage" | "expiry";

/** A layer of the interface. */
export type View = "banner" | "preferences";

/** What wanted to load or to write. */
export type Kind =
  | "script"
  | "inline-script"
  | "image"
  | "frame"
  | "fetch"
  | "xhr"
  | "beacon"
  | "stylesheet"
  | "link"
  | "media"
  | "embed"
  | "eventsource"
  | "websocket"
  | "other"
  | "cookie"
  | "local-storage"
  | "session-storage"
  | "form"
  | "ping"
  | "worker"
  | "import"
  | "style"
  | "font"
  | "indexed-db"
  | "cache";

/** What the gate says: `hold` waits for an answer, `block` never passes. */
export type Verdict = "allow" | "hold" | "block";

/** Which rule decided. */
export type Reason =
  | "never"
  | "mark"
  | "unknown-mark"
  | "service"
  | "allow"
  | "own-site"
  | "first-party-proxy"
  | "path-rule"
  | "host-table"
  | "name-table"
  | "unlisted"
  | "strict"
  | "manual"
  | "local"
  | "unreadable"
  /** The visitor let this one frame load, by its placeholder. */
  | "once";

/** The detail of `change`. It comes before anything is released. */
export interface Change {
  /** The state now. */
  readonly state: State;
  /** The state before. */
  readonly previous: State;
  /** Categories and services that are granted since. */
  readonly granted: readonly (Category | ServiceId)[];
  /** Categories and services that are denied since. */
  readonly denied: readonly (Category | ServiceId)[];
  /** What was done; `null` where nobody did anything, as with an expiry. */
  readonly action: Action | null;
  /** Where it came from. */
  readonly source: Source;
}

/** The detail of `show` and `hide`. */
export interface ViewChange {
  /** The layer that opened or closed. */
  readonly view: View;
}

/** The detail of `block` and `release`. */
export interface Passage {
  /** The address without its query. */
  readonly url: string;
  /** What wanted to load. */
  readonly kind: Kind;
  /** The category that has to be granted, if one is known. */
  readonly category: Category | null;
  /** The service it belongs to, if one is known. */
  readonly service: ServiceId | null;
  /** Which rule decided. */
  readonly reason: Reason;
  /** The element, where there is one. */
  readonly element?: Element;
}

/** Every event with its detail. */
export interface Events {
  /** The gate answers; once, at the end of the tag. */
  ready: State;
  /** An answer changed; before anything is released. */
  change: Change;
  /** A layer of the interface opened. */
  show: ViewChange;
  /** A layer of the interface closed. */
  hide: ViewChange;
  /** Something was held or blocked. */
  block: Passage;
  /** Something held was let go. */
  release: Passage;
}

/** One address that was seen on this page. */
export interface Sighting {
  /** The address without its query. */
  readonly url: string;
  /** What wanted to load. */
  readonly kind: Kind;
  /** The category it was judged by. */
  readonly category: Category | null;
  /** The service it was judged by. */
  readonly service: ServiceId | null;
  /** The last verdict. */
  readonly verdict: Verdict;
  /** Which rule decided. */
  readonly reason: Reason;
  /** How often it was seen. */
  readonly count: number;
}

/** One name that a script wanted to write. */
export interface Write {
  /** The name of the cookie or key. */
  readonly name: string;
  /** Where it would be written. */
  readonly kind: "cookie" | "local-storage" | "session-storage" | "indexed-db" | "cache";
  /** Whose it is. */
  readonly service: ServiceId | null;
  /** The last verdict. */
  readonly verdict: Verdict;
}

/** A mistake in the configuration, or a limit that was met. It never opens the gate. */
export interface Fault {
  /** A stable name: `late-tag`, `config-value`, `no-policy-line`, … */
  readonly code: string;
  /** The place in the configuration (`services[2].hosts[0]`), or empty. */
  readonly path: string;
  /** What is wrong and what to do, in English. */
  readonly message: string;
}

/** Everything third-party that was seen on this page. */
export interface Report {
  /** What waits or never passes. */
  readonly held: readonly Sighting[];
  /** What was held and then let go. */
  readonly released: readonly Sighting[];
  /** What passed at once. */
  readonly allowed: readonly Sighting[];
  /** Known names that scripts wanted to write. */
  readonly writes: readonly Write[];
  /** Consent interfaces of vendors that were told. */
  readonly vendors: Readonly<Record<string, unknown>>;
  /** Mistakes and limits. */
  readonly errors: readonly Fault[];
  /** Was more seen than the lists hold? */
  readonly truncated: boolean;
}

/** The exportable proof of one decision. It holds nothing that identifies the visitor. */
export interface Receipt {
  /** The form of the receipt. */
  readonly schema: string;
  /** The record's random id. */
  readonly recordId: string;
  /** The record before. */
  readonly previous: string | null;
  /** Who asked. */
  readonly controller: { readonly name: string; readonly policyUrl: string | null };
  /** Where, as ISO 3166-2, if known. */
  readonly jurisdiction: string | null;
  /** The rules that were in force. */
  readonly regime: Regime;
  /** The site's policy version. */
  readonly revision: number;
  /** The language of the texts that were shown. */
  readonly language: string;
  /** What was asked and answered. */
  readonly purposes: readonly ReceiptPurpose[];
  /** What happened, and how long it counts. */
  readonly event: ReceiptEvent;
  /** How consent is taken back. */
  readonly withdrawal: string;
}

/** One category of a receipt. */
export interface ReceiptPurpose {
  /** The category. */
  readonly category: Category;
  /** How it was answered. */
  readonly state: "given" | "refused" | "unanswered";
  /** The site's services in it, and those that were answered for alone. */
  readonly services: readonly ReceiptService[];
}

/** One service of a receipt. */
export interface ReceiptService {
  /** Its id. */
  readonly id: ServiceId;
  /** Its name. */
  readonly name: string;
  /** Who runs it. */
  readonly provider: string | null;
  /** What it is for. */
  readonly purpose: string | null;
  /** Where data goes. */
  readonly transfer: string | null;
  /** How long data is kept. */
  readonly retention: string | null;
  /** Its own answer, where it has one. */
  readonly state: "given" | "refused" | null;
}

/** The act of a receipt. */
export interface ReceiptEvent {
  /** When, ISO 8601 in UTC. */
  readonly at: string;
  /** Until when it counts, ISO 8601 in UTC. */
  readonly validUntil: string;
  /** What was done. */
  readonly action: Action;
  /** Where it was done. */
  readonly source: Source;
  /** Was Do Not Track on? */
  readonly doNotTrack: boolean;
  /** Was Global Privacy Control on? */
  readonly globalPrivacyControl: boolean;
}

/** A service of the site. It extends the built-in ones, and overrides the one with the same id. */
export interface Service {
  /** Letters, digits and dashes; not the id of a category. */
  id: ServiceId;
  /** As visitors read it. */
  name?: string;
  /** Which answer it needs. */
  category: Category;
  /**
   * `example.com` covers its subdomains, `example.com/path` only that path and below, `/stats/` a path
   * of the site's own host.
   */
  hosts?: string[];
  /** Names of its cookies; `*` stands for any run of characters. */
  cookies?: string[];
  /** Names of its storage keys; `*` stands for any run of characters. */
  storage?: string[];
  /** What it is for, in words. */
  purpose?: string;
  /** Who runs it. */
  provider?: string;
  /** Its privacy policy. */
  policyUrl?: string;
  /** How long data is kept. */
  retention?: string;
  /** Where data goes. */
  transfer?: string;
}

/** A category with texts of the owner's. */
export interface CategoryText {
  /** Which one. */
  id: Category;
  /** Its heading. */
  title?: string;
  /** What it is for. */
  text?: string;
}

/** How the interface looks. */
export interface Banner {
  /** A bar at the edge, a box in a corner, or a modal in the middle. */
  layout?: "bar" | "box" | "modal";
  /** Where; a bar takes `top` and `bottom`, a box a corner or `center`. */
  position?: "top" | "bottom" | "top-left" | "top-right" | "bottom-left" | "bottom-right" | "center";
  /** `auto` follows the visitor's system. */
  theme?: "auto" | "light" | "dark";
  /** Opaque CSS colours by their role. */
  colors?: Partial<Record<"background" | "text" | "accent" | "accentText" | "border" | "focus", string>>;
  /** What brings the preferences back after the choice. */
  reopen?: "button" | "none";
  /** Does it open by itself where a choice is missing? */
  autoShow?: boolean;
  /** May scripts of the page look inside of the interface? */
  root?: "open" | "closed";
  /** Further links, pages for opting out for example. */
  links?: { text: string; url: string }[];
}

/** The consent interfaces of vendors that can be told. */
export type Vendor =
  | "google"
  | "microsoft"
  | "clarity"
  | "meta"
  | "tiktok"
  | "matomo"
  | "shopify"
  | "wordpress"
  | "tcf"
  | "gpp";

/** What a site asks for. Every field has a default that works. */
export interface Config {
  /** The privacy policy, linked in the banner. */
  policyUrl?: string;
  /** The imprint, linked in the banner. */
  imprintUrl?: string;
  /** Who asks. Default: the page's host. */
  siteName?: string;
  /** `auto` (the page's language, then the visitor's, then English) or a BCP 47 tag. */
  language?: "auto" | (string & {});
  /** Per language, texts that stand in place of the built-in ones. */
  texts?: Record<string, Record<string, string>>;
  /** `auto` follows `region`; the strictest where it is unknown. */
  regime?: "auto" | Regime;
  /** Where the visitor is, as ISO 3166-2, told by the owner's server or CDN. */
  region?: string;
  /** Are visitors under age? Then every sale, share and marketing use needs opt-in. */
  minor?: boolean;
  /** Is Do Not Track obeyed? Default `honor`. */
  doNotTrack?: "honor" | "ignore";
  /** Is Global Privacy Control obeyed? Default `honor`. */
  globalPrivacyControl?: "honor" | "ignore";
  /**
   * `auto`: known trackers and the site's services are gated. `manual`: only marked-up elements.
   * `strict`: a third-party host that is on no list is held until it is named.
   */
  gate?: "auto" | "manual" | "strict";
  /** Hosts that count as the site's own. */
  firstParty?: string[];
  /** Hosts that always pass. */
  allow?: string[];
  /** Hosts that never pass. */
  never?: string[];
  /** Are trackers known that are proxied through the site's own host? Default `auto`. */
  firstPartyProxies?: "auto" | "off";
  /** What an undecided visitor's `fetch` and `XMLHttpRequest` do. Default `hold`. */
  pending?: "hold" | "fail";
  /** The offered categories in display order. One that is left out stays denied; `essential` always stays. */
  categories?: (Category | CategoryText)[];
  /** The site's services. */
  services?: Service[];
  /** The version of the site's policy; another one asks again. Default 1. */
  revision?: number;
  /** Why it is a new version. */
  revisionNote?: string;
  /** After how many days a choice expires. Default 180 under opt-in, else 365. */
  consentDays?: number;
  /** How the interface looks. */
  banner?: Banner;
  /** Who may widen consent by script: anyone, only during a visitor's own gesture, or nobody. */
  api?: "open" | "activation" | "read-only";
  /** Per consent interface `auto`, `off`, or its options. */
  vendors?: Partial<Record<Vendor, "auto" | "off" | Record<string, unknown>>>;
  /** Where each decision's record is posted. */
  records?: { endpoint: string };
  /** Where the record is kept. */
  storage?: {
    /** The key of local storage, and the name of the cookie. Default `consent-gate`. */
    key?: string;
    /** Shares the choice over the subdomains of this domain. */
    cookieDomain?: string;
    /** The owner's domains that share the choice. */
    domains?: string[];
  };
  /** The same file as a service worker, from the second view on. */
  worker?: boolean | string;
  /** Reload after a withdrawal that a live page can't wholly obey? */
  withdrawReload?: boolean;
}

/** An error that a call throws, told apart by its `code`. */
export interface GateError extends Error {
  /** `not-allowed`: `api` forbids it. `gate-unavailable`: the gate could not start. */
  readonly code: "not-allowed" | "gate-unavailable";
}

/** The calls, as the global `ConsentGate` has them. A wrong argument throws, and nothing changes. */
export interface ConsentGate {
  /**
   * Is the category granted? Answers at once, from the first line after the tag.
   * @throws {TypeError} for anything but a string
   * @throws {RangeError} for an unknown category
   */
  has(category: Category): boolean;
  /** Is the service granted? By its own answer, else by its category's. */
  hasService(id: ServiceId): boolean;
  /** A frozen snapshot. */
  state(): State;
  /** Resolves when it is granted (at once if it is), and never rejects for a refusal. */
  granted(categoryOrService: Category | ServiceId): Promise<void>;
  /** Grants everything that is offered. */
  acceptAll(): State;
  /** Refuses everything but what is essential. */
  rejectAll(): State;
  /** Answers for some categories; the others keep their answer. Clears the answers of their services. */
  set(choices: Partial<Record<Category, boolean>>): State;
  /** Answers for one service. */
  setService(id: ServiceId, granted: boolean): State;
  /** Takes back, and clears what was stored; without an argument everything. */
  withdraw(categoryOrService?: Category | ServiceId): State;
  /** Forgets the record, holds again, asks again. */
  reset(): State;
  /** Shows the banner, as soon as the interface is there. The event `show` tells when. */
  show(): void;
  /** Shows the preferences, likewise. */
  preferences(): void;
  /** Hides the interface, or keeps it from showing where it is still on its way, and stores nothing. */
  hide(): void;
  /** Listens; the answer takes the listener off again. `ready` after the fact calls back in a microtask. */
  on<E extends keyof Events>(event: E, listener: (detail: Events[E]) => void): () => void;
  /** Takes a listener off. */
  off<E extends keyof Events>(event: E, listener: (detail: Events[E]) => void): void;
  /** Everything third-party that was seen on this page. */
  report(): Report;
  /** The receipt of the last decision. */
  receipt(): Receipt | null;
  /** Replaces the configuration at run time; the same checks apply. `storage.key` can't change. */
  configure(config: Config): void;
  /** The version of the program. */
  readonly version: string;
}

/** What {@link init} takes. */
export interface InitOptions {
  /** The configuration of the gate that is started; one that runs already keeps its own (see `configure`). */
  config?: Config;
}

/**
 * Attaches to the gate of the page, or starts one that guards from then on. What loaded before could
 * not be held: a page that wants its first request held needs the drop-in.
 */
export function init(options?: InitOptions): Promise<ConsentGate>;
export default init;

/** See {@link ConsentGate.has}. Like all calls here, it throws `gate-unavailable` before `init()`. */
export function has(category: Category): boolean;
/** See {@link ConsentGate.hasService}. */
export function hasService(id: ServiceId): boolean;
/** See {@link ConsentGate.state}. */
export function state(): State;
/** See {@link ConsentGate.granted}. */
export function granted(categoryOrService: Category | ServiceId): Promise<void>;
/** See {@link ConsentGate.acceptAll}. */
export function acceptAll(): State;
/** See {@link ConsentGate.rejectAll}. */
export function rejectAll(): State;
/** See {@link ConsentGate.set}. */
export function set(choices: Partial<Record<Category, boolean>>): State;
/** See {@link ConsentGate.setService}. */
export function setService(id: ServiceId, granted: boolean): State;
/** See {@link ConsentGate.withdraw}. */
export function withdraw(categoryOrService?: Category | ServiceId): State;
/** See {@link ConsentGate.reset}. */
export function reset(): State;
/** See {@link ConsentGate.show}. */
export function show(): void;
/** See {@link ConsentGate.preferences}. */
export function preferences(): void;
/** See {@link ConsentGate.hide}. */
export function hide(): void;
/** See {@link ConsentGate.on}. */
export function on<E extends keyof Events>(event: E, listener: (detail: Events[E]) => void): () => void;
/** See {@link ConsentGate.off}. */
export function off<E extends keyof Events>(event: E, listener: (detail: Events[E]) => void): void;
/** See {@link ConsentGate.report}. */
export function report(): Report;
/** See {@link ConsentGate.receipt}. */
export function receipt(): Receipt | null;
/** See {@link ConsentGate.configure}. */
export function configure(config: Config): void;
/** The version of the program. */
export function version(): string;

type Calls = ConsentGate;

declare global {
  interface Window {
    /** The gate, from the tag on. */
    readonly ConsentGate?: Calls;
    /** A configuration set before the tag. */
    consentGateConfig?: Config;
  }
  /** The gate of the drop-in. */
  const ConsentGate: Calls;

  interface DocumentEventMap {
    "consent-gate:ready": CustomEvent<State>;
    "consent-gate:change": CustomEvent<Change>;
    "consent-gate:show": CustomEvent<ViewChange>;
    "consent-gate:hide": CustomEvent<ViewChange>;
    "consent-gate:block": CustomEvent<Passage>;
    "consent-gate:release": CustomEvent<Passage>;
  }
}
