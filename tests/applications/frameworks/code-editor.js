/* As CodeMirror 5, Ace and Monaco do it: what is typed goes into a hidden textarea, which is emptied at once. */
const editor = document.getElementById("note");
const hidden = document.createElement("textarea");
const lines = document.createElement("pre");
hidden.style.cssText = "position: absolute; width: 1px; height: 1em; padding: 0; border: 0; outline: none";
lines.textContent = "Written before";
hidden.addEventListener("input", () => {
  lines.textContent += hidden.value;
  hidden.value = "";
});
editor.addEventListener("click", () => hidden.focus());
editor.append(hidden, lines);
