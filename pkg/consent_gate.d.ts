/**
 * consent-gate: types of both forms.
 *
 * The drop-in gives the page one global, `ConsentGate`. The ES module has the same calls as named
 * exports, and `init()`, which uses a running gate or starts one.
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
   * `unset`: not answered, but perhaps for a single service. `set`: answered by the visitor, or by a call. `signal`: every category is
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

/**
 * What was done. `dismiss` is closing the banner, and counts as a refusal. What a script grants is `api`; what it refuses is called as
 * the visitor's buttons are (`reject-all`, `save`, `withdraw`).
 */
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

/** The detail of `change`. It comes before anything is released, unless listeners bring about change after change. */
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
  /** The gate answers; once, before the next script of the page runs. */
  ready: State;
  /** An answer changed; before anything is released. */
  change: Change;
  /** A layer of the interface opened. */
  show: ViewChange;
  /** A layer of the interface closed. */
  hide: ViewChange;
  /**
   * Something was held, or refused. A `fetch`, XHR or beacon that fails at once, since there is no answer to
   * wait for, is not told, nor is a write: they stand in the report.
   */
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

/** A mistake in the configuration, or something that was met on the page. */
export interface Fault {
  /** A stable name: `late-tag`, `config-value`, `no-policy-line`, … The README lists them all. */
  readonly code: string;
  /** The place in the configuration (`services[2].hosts[0]`), or empty. */
  readonly path: string;
  /** What is wrong and what to do, in English. */
  readonly message: string;
}

/** Everything third-party that was seen on this page: at most 1,000 addresses and 500 writes. */
export interface Report {
  /** What waits or never passes. */
  readonly held: readonly Sighting[];
  /** What was held and then let go. */
  readonly released: readonly Sighting[];
  /** What passed at once. Of a host that passes as a whole the first address of each kind stands for all. */
  readonly allowed: readonly Sighting[];
  /** Names that scripts wanted to write. */
  readonly writes: readonly Write[];
  /** Consent interfaces of vendors that were told. Always empty in this version. */
  readonly vendors: Readonly<Record<string, unknown>>;
  /** Mistakes and limits; of those in one configuration the first 100, and a word about the rest. */
  readonly errors: readonly Fault[];
  /** Was more seen than the lists hold, or more held than there is room for? */
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

/**
 * A service of the site. It extends the built-in ones, and overrides the one with the same id, whose built-in
 * hosts, cookies and keys go on counting. One with a mistake is held, whatever the visitor says.
 */
export interface Service {
  /** Letters, digits and dashes, at most 64; not the id of a category. */
  id: ServiceId;
  /**
   * As visitors read it. Needed where there are `hosts`: without it the service is reported (`config-missing`)
   * and held. A service without hosts, which moves a built-in one to another category or is for marked
   * elements, may leave it out; visitors then read its id.
   */
  name?: string;
  /** Which answer it needs. */
  category: Category;
  /**
   * `example.com` covers its subdomains, `example.com/path` only that path and below, `/stats/` a path
   * of the site's own host.
   */
  hosts?: string[];
  /** Names of its cookies, at most 500; `*` stands for any run of characters. */
  cookies?: string[];
  /** Names of its storage keys, at most 500; `*` stands for any run of characters. */
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
  /** A bar at the edge, a box in a corner, or a modal in the middle. Default `bar`. */
  layout?: "bar" | "box" | "modal";
  /**
   * Where. A bar takes `bottom` (its default) and `top`, a box a corner (default `bottom-right`) or `center`, a modal
   * `center` alone.
   */
  position?: "top" | "bottom" | "top-left" | "top-right" | "bottom-left" | "bottom-right" | "center";
  /** `auto` (the default) follows the visitor's system. */
  theme?: "auto" | "light" | "dark";
  /**
   * Opaque colours by their role, written `#0a58ca`, `#abc` or `rgb(10, 88, 202)`; built-in ones where none is given. One
   * with too little contrast is adjusted, and reported (`config-contrast`).
   */
  colors?: Partial<Record<"background" | "text" | "accent" | "accentText" | "border" | "focus", string>>;
  /** What brings the preferences back after the choice. Default `button`; with `none` a link of the page's does. */
  reopen?: "button" | "none";
  /** Does it open by itself where a choice is missing? Default `true`. */
  autoShow?: boolean;
  /** May scripts of the page look inside of the interface? Default `open`. */
  root?: "open" | "closed";
  /** Further links in the preferences, pages for opting out for example; at most 20. Default none. */
  links?: { text: string; url: string }[];
}

/** The consent interfaces of vendors that can be named in `vendors`; this version tells none of them. */
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

/**
 * What a site asks for. Every field has a default that works, and a value with a mistake is reported and falls back to it,
 * unless something else is said.
 */
export interface Config {
  /** The privacy policy, linked in the banner. */
  policyUrl?: string;
  /** The imprint, linked in the banner. */
  imprintUrl?: string;
  /** Who asks. Default: the page's host. */
  siteName?: string;
  /** `auto` (the default: the page's language, then the visitor's, then English) or a BCP 47 tag. */
  language?: "auto" | (string & {});
  /** Per language, texts that stand in place of the built-in ones. */
  texts?: Record<string, Record<string, string>>;
  /** `auto` (the default) follows `region`; the strictest where it is unknown. A mistake counts as `opt-in`. */
  regime?: "auto" | Regime;
  /** Where the visitor is, as ISO 3166-2, told by the owner's server or CDN. */
  region?: string;
  /** Are visitors under age? Then every sale, share and marketing use needs opt-in. Default `false`; a mistake counts as `true`. */
  minor?: boolean;
  /** Is Do Not Track obeyed? Default `honor`. */
  doNotTrack?: "honor" | "ignore";
  /** Is Global Privacy Control obeyed? Default `honor`. */
  globalPrivacyControl?: "honor" | "ignore";
  /**
   * `auto` (the default): known trackers and the site's services are gated. `manual`: only marked-up elements.
   * `strict`: a third-party host that is on no list is held until it is named.
   */
  gate?: "auto" | "manual" | "strict";
  /** Hosts that count as the site's own; at most 5,000. */
  firstParty?: string[];
  /** Hosts that always pass, unless `never`, a mark or a nearer service says otherwise; at most 5,000. */
  allow?: string[];
  /** Hosts that never pass, whatever the choice; at most 5,000. */
  never?: string[];
  /** Are trackers known that are proxied through the site's own host? Default `auto`. */
  firstPartyProxies?: "auto" | "off";
  /** What an undecided visitor's `fetch`, `XMLHttpRequest` and `sendBeacon` do. Default `hold`. */
  pending?: "hold" | "fail";
  /** The offered categories in display order. Default all four. One that is left out stays denied; `essential` always stays. */
  categories?: (Category | CategoryText)[];
  /** The site's services; at most 500. The hosts of those beyond are held. */
  services?: Service[];
  /** The version of the site's policy, a whole number from 1; another one asks again. Default 1. */
  revision?: number;
  /** Why it is a new version. */
  revisionNote?: string;
  /** After how many days a choice expires, 1 to 400. Default 180 under opt-in, else 365. */
  consentDays?: number;
  /** How the interface looks. */
  banner?: Banner;
  /**
   * Who may widen consent by script: anyone (`open`, the default), anyone during a visitor's own gesture (`activation`), or
   * nobody (`read-only`). Under the latter two what a script sets without widening records refusals alone, and makes no
   * consent last longer. A mistake counts as `read-only`.
   */
  api?: "open" | "activation" | "read-only";
  /**
   * Per consent interface `auto`, `off`, or its options. Checked, not carried out by this version (all but `off` is reported as
   * `not-yet`).
   */
  vendors?: Partial<Record<Vendor, "auto" | "off" | Record<string, unknown>>>;
  /** Where each decision's record is to be posted. Checked, not carried out by this version (reported as `not-yet`). */
  records?: { endpoint: string };
  /** Where the record is kept. */
  storage?: {
    /** The key of local storage, and the name of the cookie: letters, digits, `-`, `_` and `.`, at most 64. Default `consent-gate`. */
    key?: string;
    /** Shares the choice over the subdomains of this domain, by a cookie. */
    cookieDomain?: string;
    /** The owner's domains that are to share the choice. Checked, not carried out by this version (reported as `not-yet`). */
    domains?: string[];
  };
  /**
   * The same program as a service worker, from the second view on. `true` registers the script's own file. A string is the address
   * of the file that is registered instead: the site's own service worker, which begins with `importScripts` of
   * `consent-gate.js`, or that file itself where the page has only the ES module. Default `false`: one of ours from before is unregistered.
   */
  worker?: boolean | string;
  /** Reload the page whenever something that was granted is taken back? Default `false`. */
  withdrawReload?: boolean;
}

/** An error that a call throws, told apart by its `code`. Nothing has changed then. */
export interface GateError extends Error {
  /**
   * `not-allowed`: `api` forbids it. `gate-unavailable`: the gate could not start, or, for the calls of the module, `init()` has not
   * been awaited.
   */
  readonly code: "not-allowed" | "gate-unavailable";
}

/**
 * The calls, as the global `ConsentGate` has them. A wrong argument throws, and nothing changes. Where the gate could not start,
 * what only asks answers still (`has("essential")` is `true`, all else `false`), and whatever changes or shows something throws a
 * {@link GateError} `gate-unavailable`.
 */
export interface ConsentGate {
  /**
   * Is the category granted? Answers at once, in every script after that of the gate.
   * @throws {TypeError} for anything but a string
   * @throws {RangeError} for an unknown category
   */
  has(category: Category): boolean;
  /**
   * Is the service granted? By its own answer, else by its category's.
   * @throws {TypeError} for anything but a string
   * @throws {RangeError} for an unknown service
   */
  hasService(id: ServiceId): boolean;
  /** A frozen snapshot. */
  state(): State;
  /**
   * Resolves when it is granted (at once if it is), and never rejects for a refusal. A wrong argument throws at once; it doesn't reject.
   * The vendor's own script comes only then: what uses its objects is called by its callback, or is a marked script behind it.
   * @throws {TypeError} for anything but a string
   * @throws {RangeError} for what is neither a category nor a service's id
   */
  granted(categoryOrService: Category | ServiceId): Promise<void>;
  /**
   * Grants everything that is offered.
   * @throws {GateError} `not-allowed` where `api` forbids it; `gate-unavailable`
   */
  acceptAll(): State;
  /**
   * Refuses everything but what is essential.
   * @throws {GateError} `gate-unavailable`
   */
  rejectAll(): State;
  /**
   * Answers for some categories; the others keep their answer. Clears the answers of their services.
   * @throws {TypeError} for anything but an object of booleans
   * @throws {RangeError} for an unknown category, for granting one that is not offered, for refusing `essential`
   * @throws {GateError} `not-allowed` where it grants what is not granted and `api` forbids that; `gate-unavailable`
   */
  set(choices: Partial<Record<Category, boolean>>): State;
  /**
   * Answers for one service.
   * @throws {TypeError} for anything but a string and a boolean
   * @throws {RangeError} for an unknown service or one that is held for a mistake, for granting one whose category is not
   *   offered, for refusing an essential one
   * @throws {GateError} `not-allowed` where it grants what is not granted and `api` forbids that; `gate-unavailable`
   */
  setService(id: ServiceId, granted: boolean): State;
  /**
   * Takes back, and clears what was stored; without an argument everything.
   * @throws {TypeError} for anything but a string
   * @throws {RangeError} for what is neither a category nor a service's id, for `essential` and an essential service, for a service
   *   that is held for a mistake
   * @throws {GateError} `gate-unavailable`
   */
  withdraw(categoryOrService?: Category | ServiceId): State;
  /**
   * Forgets the record, holds again, asks again. Outside of opt-in that widens: what was refused passes again, unless a signal denies it.
   * @throws {GateError} `not-allowed` outside of opt-in where `api` forbids it; `gate-unavailable`
   */
  reset(): State;
  /**
   * Shows the banner, as soon as the interface is there. The event `show` tells when.
   * @throws {GateError} `gate-unavailable`
   */
  show(): void;
  /**
   * Shows the preferences, likewise.
   * @throws {GateError} `gate-unavailable`
   */
  preferences(): void;
  /**
   * Hides the interface, or keeps it from showing where it is still on its way, and stores nothing.
   * @throws {GateError} `gate-unavailable`
   */
  hide(): void;
  /**
   * Listens; the answer takes the listener off again. `ready` after the fact calls back in a microtask.
   * @throws {TypeError} for an event that is no string, or a listener that is no function
   * @throws {RangeError} for an unknown event
   */
  on<E extends keyof Events>(event: E, listener: (detail: Events[E]) => void): () => void;
  /**
   * Takes a listener off.
   * @throws {TypeError} as `on`
   * @throws {RangeError} as `on`
   */
  off<E extends keyof Events>(event: E, listener: (detail: Events[E]) => void): void;
  /** Everything third-party that was seen on this page. */
  report(): Report;
  /** The receipt of the last decision, or `null` where there is none. */
  receipt(): Receipt | null;
  /**
   * Replaces the configuration until the page is left. A field that is left out returns to its default, `api` too. The checks are those
   * of the start, and their mistakes take the place of the earlier ones in `report().errors`. `worker` is looked at once, when the page
   * has loaded. It needs what widening needs, whatever it changes.
   * @throws {TypeError} for anything but a plain object
   * @throws {RangeError} for another `storage.key` or `storage.cookieDomain`: leave them out
   * @throws {GateError} `not-allowed` where `api` forbids widening; `gate-unavailable`
   */
  configure(config: Config): void;
  /** The version of the program. */
  readonly version: string;
}

/** What {@link init} takes. */
export interface InitOptions {
  /** The configuration of the gate that is started; one that runs already keeps its own, and the console says so (see `configure`). */
  config?: Config;
}

/**
 * Uses the gate of the page, or starts one that guards from then on. What loaded before could
 * not be held: a page that wants its first request held needs the drop-in.
 *
 * Rejects where there is no page, as on a server, or the wasm can't be fetched: with a {@link GateError} `gate-unavailable`, or with
 * the error of `fetch`; with a `TypeError` where `options` is no object, or has anything but a `config` that is one.
 */
export function init(options?: InitOptions): Promise<ConsentGate>;
export default init;

/** See {@link ConsentGate.has}. Like all calls here but `version`, it throws `gate-unavailable` before `init()`. */
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
    /** The gate, from its script on. */
    readonly ConsentGate?: Calls;
    /** A configuration, set before that script. */
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
