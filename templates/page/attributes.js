/**
 * The page without code: data-pwagen="push" on a button, data-pwagen-when="denied" on an explanation.
 *
 * Only attributes, properties and textContent are set: nothing here needs an exception from a strict
 * Content-Security-Policy or Trusted Types.
 */

/** @type {WeakSet<Element>} Controls whose click is still being worked on. */
const busyElements = new WeakSet();

let renderQueued = false;

/** @type {(() => void)[]} What looks at the page whenever its elements may have changed. */
const elementSteps = [];

function renderAttributes() {
  for (const step of elementSteps) step();
  for (const element of matching("[data-pwagen-when]")) {
    set(element, "hidden", !whenHolds(element.dataset.pwagenWhen || "", knownStates, idAt(element)));
  }
  for (const element of matching("[data-pwagen]")) {
    const name = controlName(element);
    if (name in knownStates) controls.get(name)?.show?.(element, knownStates[name]);
  }
}

/** @param {HTMLElement} element  that is about an id: by its own data-pwagen-id, or that of what it is in */
function idAt(element) {
  const holder = /** @type {HTMLElement | null} */ (element.closest("[data-pwagen-id]"));
  return holder?.dataset.pwagenId ?? "";
}

/**
 * The control that an element names: "push", or for "download" and "download-progress" that of their id.
 *
 * @param {HTMLElement} element
 */
function controlName(element) {
  const name = element.dataset.pwagen || "";
  const ofId = `${name.split("-")[0]}:${idAt(element)}`;
  return controls.has(ofId) ? ofId : name;
}

/** @param {MouseEvent} event */
async function onControlClick(event) {
  const target = /** @type {Element | null} */ (event.composedPath()[0]);
  const element = /** @type {HTMLElement | null} */ (target?.closest?.("[data-pwagen]"));
  const name = element ? controlName(element) : "";
  const act = controls.get(name)?.act;
  if (!element || !act) return;
  event.preventDefault();
  if (busyElements.has(element)) return;
  setBusy(element, true);
  showFailure(null);
  try {
    // No await before this: the permission question needs the user's gesture.
    await act(knownStates[name], element);
  } catch (error) {
    const failure = await translateError(error);
    showFailure(failure);
    reportFailure(failure);
  } finally {
    setBusy(element, false);
    refreshStates();
  }
}

/**
 * Not `disabled`: that would take the keyboard focus away from whoever pressed the button.
 *
 * @param {HTMLElement} element
 * @param {boolean} busy
 */
function setBusy(element, busy) {
  if (busy) busyElements.add(element);
  else busyElements.delete(element);
  for (const attribute of ["aria-busy", "aria-disabled"]) setAttribute(element, attribute, busy ? "true" : null);
}

startSteps.push(() => {
  document.addEventListener("click", onControlClick);
  // Elements that a page adds later are shown as they should be, too.
  new MutationObserver(() => {
    if (renderQueued) return;
    renderQueued = true;
    requestAnimationFrame(() => {
      renderQueued = false;
      renderAttributes();
    });
  }).observe(document.documentElement, { childList: true, subtree: true });
});
