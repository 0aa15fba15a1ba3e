/**
 * A small dialog for what the browser's own can't ask or explain, one at a time.
 *
 * It lies in a shadow tree, where the page's style sheet reaches it by ::part() alone, and its own is a
 * constructed one, which a strict Content-Security-Policy doesn't refuse.
 */

/** @type {{name: PwagenPromptName, host: Element, close: (outcome: PromptOutcome) => void} | null} */
let shownPrompt = null;

/** Takes it away when there is no need for it any more. @param {PwagenPromptName} name */
function withdrawPrompt(name) {
  if (shownPrompt?.name === name) shownPrompt.close("withdrawn");
}

/**
 * Shows it, and answers what became of it.
 *
 * One that the user has asked for is modal. One that shows itself must not take the focus
 * (https://www.w3.org/WAI/WCAG22/Understanding/interruptions): it is read out when the user pauses.
 *
 * @param {PwagenPromptName} name
 * @param {PromptTexts} texts
 * @param {{modal: boolean, onAccept?: () => void}} options  onAccept is called in the user's gesture.
 * @returns {Promise<PromptOutcome>}
 */
async function showPrompt(name, texts, { modal, onAccept }) {
  shownPrompt?.close("withdrawn");
  const host = document.createElement("div");
  host.className = `pwagen-prompt pwagen-prompt-${name}`;
  host.setAttribute("aria-live", modal ? "off" : "polite");
  const root = host.attachShadow({ mode: "open" });
  stylePrompt(root);
  document.body.append(host);
  /** @type {Element | null} */
  let focused = null;
  /** @type {PromptOutcome} */
  const outcome = await new Promise((resolve) => {
    shownPrompt = { name, host, close: resolve };
    const dialog = promptDialog(texts, (answer) => {
      if (answer === "accepted") onAccept?.();
      resolve(answer);
    });
    dialog.addEventListener("cancel", () => resolve("dismissed"));
    dialog.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") resolve("dismissed");
    });
    dialog.addEventListener("focusin", ({ relatedTarget }) => {
      if (!focused && relatedTarget instanceof Element) focused = relatedTarget;
    });
    // Browsers obey it without showModal(), too.
    for (const last of dialog.querySelectorAll("button:last-child")) last.toggleAttribute("autofocus", modal);
    root.append(dialog);
    if (modal) dialog.showModal();
    // Not show(): that takes the focus as well.
    else dialog.open = true;
    emit("prompt", { name, state: "shown" });
  });
  // Another may have taken its place.
  if (shownPrompt?.host === host) shownPrompt = null;
  const hadFocus = document.activeElement === host;
  root.querySelector("dialog")?.close();
  host.remove();
  if (hadFocus && focused) /** @type {HTMLElement} */ (focused).focus();
  if (outcome !== "withdrawn") emit("prompt", { name, state: outcome });
  return outcome;
}

Object.assign(parts, { withdrawPrompt });
