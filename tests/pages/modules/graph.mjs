import "https://cdn.mxpnl.com/graph.mjs";
window.graph = true;
