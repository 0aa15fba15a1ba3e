/** What the small dialog of prompt.js holds, made with DOM calls alone: no markup, so Trusted Types have nothing to refuse. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Text in which {name} stands for the app's name and {share} for the picture on iOS's Share button.
 *
 * @param {string} text
 */
function promptText(text) {
  return text.split(/(\{(?:name|share)\})/).map((piece) => {
    if (piece === "{name}") return CONFIG.app.name;
    return piece === "{share}" ? shareIcon() : piece;
  });
}

function shareIcon() {
  const [icon, path] = ["svg", "path"].map((name) => document.createElementNS(SVG, name));
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  path.setAttribute("d", "M12 15V2.5M7.5 7 12 2.5 16.5 7M8 10.5H5v11h14v-11h-3");
  icon.append(path);
  return icon;
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} name  How ::part() and the dialog's own references call it.
 * @param {...(string | Node)} content
 */
function promptPart(tag, name, ...content) {
  const element = document.createElement(tag);
  element.id = name;
  element.setAttribute("part", tag === "button" ? `button ${name}` : name);
  element.append(...content);
  return element;
}

/** The icon that the page has for the Home Screen, or for its tab. */
function promptIcon() {
  const link = document.querySelector("link[rel=apple-touch-icon], link[rel~=icon]");
  if (!(link instanceof HTMLLinkElement)) return [];
  const icon = promptPart("img", "icon");
  icon.alt = "";
  icon.src = link.href;
  icon.addEventListener("error", () => icon.remove());
  return [icon];
}

/**
 * @param {PromptTexts} texts
 * @param {(answer: "accepted" | "dismissed") => void} onAnswer  Called in the user's gesture.
 */
function promptDialog({ title, body, dismiss, accept }, onAnswer) {
  const dialog = promptPart("dialog", "dialog");
  dialog.setAttribute("aria-labelledby", "title");
  dialog.setAttribute("aria-describedby", "body");
  const buttons = [promptPart("button", "dismiss", ...promptText(dismiss))];
  if (accept) buttons.push(promptPart("button", "accept", ...promptText(accept)));
  for (const button of buttons) {
    button.type = "button";
    button.addEventListener("click", () => onAnswer(button.id === "accept" ? "accepted" : "dismissed"));
  }
  const heading = promptPart("h2", "title", ...promptText(title));
  const text = promptPart("div", "text", heading, promptPart("p", "body", ...promptText(body)));
  dialog.append(...promptIcon(), text, promptPart("div", "actions", ...buttons));
  return dialog;
}
