// A controlled input: React keeps the value attribute equal to the value, so value === defaultValue always.
const { createElement, useState } = React;
function Note() {
  const [text, setText] = useState("");
  const [sent, setSent] = useState(0);
  return createElement(
    "div",
    null,
    createElement("input", { id: "note", value: text, onChange: ({ target }) => setText(target.value) }),
    createElement("button", { id: "send", onClick: () => (setText(""), setSent(sent + 1)) }, "Send"),
    createElement("output", null, sent),
  );
}
ReactDOM.createRoot(document.getElementById("root")).render(createElement(Note));
