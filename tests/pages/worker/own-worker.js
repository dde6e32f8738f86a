fetch("https://www.google-analytics.com/g/collect?v=2", { mode: "no-cors" }).catch(() => undefined);
