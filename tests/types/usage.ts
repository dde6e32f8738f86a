// How owners use the types. `tsc` is the judge: a line below `@ts-expect-error` must be an error.

import init, { acceptAll, granted, has, on, set, version } from "consent-gate";
import type { Change, Config, GateError, Receipt, Service, State } from "consent-gate";

const shop: Service = { id: "shop-stats", name: "Shop statistics", category: "analytics", hosts: ["stats.shop.example", "/stats/"] };
// Without hosts of its own it needs no name.
const videos: Service = { id: "youtube", category: "marketing" };

const config: Config = {
  policyUrl: "/privacy",
  language: "de-AT",
  regime: "auto",
  categories: ["essential", { id: "analytics", title: "Counting", text: "How often a page is read." }],
  services: [shop, videos],
  banner: { layout: "box", position: "bottom-left", colors: { accent: "#0a58ca" } },
  vendors: { google: "off", meta: { limitedDataUse: true } },
  worker: "/consent-gate.js",
};

export async function module(): Promise<string> {
  const gate = await init({ config });
  const stop = on("change", (change: Change) => change.granted.includes("analytics"));
  stop();
  await granted("marketing");
  const state: State = has("analytics") ? set({ marketing: false }) : acceptAll();
  const at: string | null = state.at;
  return gate.version + version() + at;
}

export function dropIn(): void {
  window.consentGateConfig = config;
  const running: boolean = ConsentGate.has("analytics") && ConsentGate.hasService("youtube");
  const maybe: boolean | undefined = window.ConsentGate?.has("analytics");
  ConsentGate.on("ready", (state) => state.categories.marketing === running);
  ConsentGate.on("block", ({ url, kind, element }) => element?.setAttribute(kind, url));
  ConsentGate.withdraw();
  ConsentGate.withdraw("google-analytics");
  for (const { url, verdict } of ConsentGate.report().held) console.log(url, verdict, maybe);
  const receipt: Receipt | null = ConsentGate.receipt();
  console.log(receipt?.event.validUntil);
  document.addEventListener("consent-gate:change", (event) => event.detail.source === "banner");
}

export function forbidden(): boolean {
  try {
    ConsentGate.setService("youtube", true);
    return false;
  } catch (error) {
    return (error as GateError).code === "not-allowed";
  }
}

export function mistakes(): void {
  // @ts-expect-error no such category
  ConsentGate.has("statistics");
  // @ts-expect-error an answer is a boolean
  ConsentGate.set({ analytics: "yes" });
  // @ts-expect-error no such event
  ConsentGate.on("changed", () => undefined);
  // @ts-expect-error a snapshot is not for writing
  ConsentGate.state().categories.analytics = true;
  // @ts-expect-error a service without a category would be held
  const nameless: Service = { id: "x" };
  // @ts-expect-error no such layout
  const odd: Config = { banner: { layout: "popup" } };
  console.log(nameless, odd);
}
