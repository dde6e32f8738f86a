// Stand-in for Vimeo's player library, which its embed code loads after the frame.
document.dispatchEvent(new CustomEvent("stand-in", {
  detail: { name: "vimeo", did: "its library ran" },
}));
