importScripts("https://cdn.segment.com/analytics.js/v1/KEY/analytics.min.js");
