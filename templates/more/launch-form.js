/** The launch without code: <form data-pwagen-launch> is filled with what the app was opened for. */

/** @param {PwagenLaunch} launch */
function fillLaunchForms(launch) {
  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", () => fillLaunchForms(launch), { once: true });
    return;
  }
  const values = /** @type {Record<string, any>} */ (launch);
  const names = { share: ["title", "text", "url"], protocol: ["url"] }[/** @type {string} */ (launch.kind)] ?? [];
  for (const form of matching("form[data-pwagen-launch]")) {
    for (const name of names) fillField(form.querySelector(`[name="${name}"]`), "value", values[name]);
    const chooser = /** @type {HTMLInputElement | null} */ (form.querySelector("input[type=file]"));
    const files = new DataTransfer();
    for (const file of (values.files ?? []).slice(0, chooser?.multiple ? undefined : 1)) files.items.add(file);
    if (files.files.length) fillField(chooser, "files", files.files);
  }
}

/**
 * As if the user had done it: the page's own listeners hear of it.
 *
 * @param {Element | null} field
 * @param {"value" | "files"} property
 * @param {string | FileList} value
 */
function fillField(field, property, value) {
  if (!field || !value) return;
  Object.assign(field, { [property]: value });
  for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
}
