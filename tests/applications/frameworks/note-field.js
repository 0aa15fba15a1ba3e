customElements.define(
  "note-field",
  class extends HTMLElement {
    connectedCallback() {
      const field = document.createElement("input");
      this.attachShadow({ mode: "open" }).append(field);
    }
  },
);
