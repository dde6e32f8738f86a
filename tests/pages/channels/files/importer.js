import("https://cdn.segment.com/analytics.mjs").catch(() => undefined);
