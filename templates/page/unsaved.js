/** Whether the user has typed something that a reload would lose. */

/** @type {Set<Element>} Fields that the user, not a script, has changed. */
const touchedFields = new Set();

/** @param {Event} event */
function noteTouchedField(event) {
  const field = event.composedPath()[0];
  if (event.isTrusted && field instanceof Element) touchedFields.add(field);
}

/** Whether a touched field that is still on the page holds anything but its initial value. */
function hasUnsavedInput() {
  for (const field of touchedFields) {
    if (!field.isConnected) touchedFields.delete(field);
    else if (differsFromDefault(field)) return true;
  }
  return false;
}

/**
 * Compared with the default rather than with what was there at first: form.reset() after a successful
 * fetch makes a page clean again. Anything else that was edited (contenteditable) counts as unsaved.
 *
 * @param {Element} field
 */
function differsFromDefault(field) {
  if (field instanceof HTMLSelectElement) {
    const options = Array.from(field.options);
    // With no default among the options, a drop-down starts on its first one.
    const implicit = field.multiple || options.some((one) => one.defaultSelected) ? null : options[0];
    return options.some((one) => one.selected !== (one.defaultSelected || one === implicit));
  }
  if (field instanceof HTMLTextAreaElement) return field.value !== field.defaultValue;
  if (!(field instanceof HTMLInputElement)) return true;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  return field.value !== field.defaultValue;
}

startSteps.push(() => {
  document.addEventListener("input", noteTouchedField, true);
  document.addEventListener("change", noteTouchedField, true);
});
