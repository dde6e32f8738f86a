// What a site's bundle, or a tag manager that nobody knows, does: it adds a tracker's script.
const made = document.createElement("script");
made.src = "https://cdn.segment.com/analytics.js/v1/KEY/analytics.min.js";
document.head.append(made);
