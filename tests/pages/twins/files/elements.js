customElements.define("own-element", class extends HTMLElement {
  constructor() { super(); this.made = true; }
  connectedCallback() { setTimeout(() => say("element " + this.getAttribute("name") + this.made + this.isConnected), 400); }
});
