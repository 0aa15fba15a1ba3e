// A controlled input: React keeps the value attribute equal to the value, so value === defaultValue always.
const { createElement, useState } = React;
function Note() {
  const [text, setText] = useState("");
  const [sent, setSent] = useState(0);
  return createElement(
    "div",
    null,
    createElement("input", { value: text, onChange: ({ target }) => setText(target.value) }),
    createElement("button", { onClick: () => (setText(""), setSent(sent + 1)) }, "Send"),
    createElement("output", null, sent),
  );
}
ReactDOM.createRoot(document.getElementById("react")).render(createElement(Note));

Vue.createApp({ data: () => ({ text: "" }) }).mount("#vue");

// As CodeMirror 5, Ace and Monaco do it: what is typed goes into a hidden textarea, which is emptied at once.
const code = document.getElementById("code");
const hidden = document.createElement("textarea");
const lines = document.createElement("pre");
hidden.style.cssText = "position: absolute; width: 1px; height: 1em; padding: 0; border: 0; outline: none";
lines.textContent = "Written before";
hidden.addEventListener("input", () => {
  lines.textContent += hidden.value;
  hidden.value = "";
});
code.addEventListener("click", () => hidden.focus());
code.append(hidden, lines);

// As TinyMCE and CKEditor 4 do it: an empty frame of this origin, written by the page, in which all is editable.
const { contentDocument } = document.getElementById("editor");
contentDocument.open();
contentDocument.close();
contentDocument.body.contentEditable = "true";

customElements.define(
  "note-field",
  class extends HTMLElement {
    connectedCallback() {
      this.attachShadow({ mode: "open" }).append(document.createElement("input"));
    }
  },
);

const shadow = document.getElementById("shadow").attachShadow({ mode: "open" });
shadow.innerHTML = "<div contenteditable>Written before</div>";
