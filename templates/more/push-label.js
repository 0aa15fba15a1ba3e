/** What a push button that its page left empty says: what a click on it does, in the page's language. */

/** @param {HTMLElement} element */
function labelPush(element) {
  if (element.hasChildNodes() || element.matches("input, [aria-label]")) return;
  element.removeAttribute("aria-pressed");
  const labels = { "default granted denied needs-install unsupported": "pushTurnOn", subscribed: "pushTurnOff" };
  for (const [states, text] of Object.entries(labels)) {
    const label = document.createElement("span");
    label.hidden = true; // until it is rendered with the others of the page
    label.dataset.pwagenWhen = states;
    label.textContent = sentence(text);
    element.append(label);
  }
}

Object.assign(parts, { labelPush });
