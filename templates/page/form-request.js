/** Where a browser would send a form, and which fields (https://html.spec.whatwg.org/#form-submission-algorithm). */

/**
 * An attribute of the form, or the button's own. Not the property: a field named "action" would be found there.
 *
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 * @param {string} name
 */
function formAttribute(form, submitter, name) {
  return submitter?.getAttribute(`form${name}`) ?? form.getAttribute(name) ?? "";
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 */
function formTarget(form, submitter) {
  const action = formAttribute(form, submitter, "action");
  return {
    method: formAttribute(form, submitter, "method").toUpperCase(),
    url: new URL(action || location.href, action ? document.baseURI : undefined).href.split("#")[0],
  };
}

/**
 * The fields as they are now, the pressed button's value among them.
 *
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 */
function formFields(form, submitter) {
  const fields = new FormData(form, submitter);
  const { name, value, type } = /** @type {Partial<HTMLButtonElement>} */ (submitter ?? {});
  // Browsers that don't know the second parameter leave it out.
  if (name && value !== undefined && type === "submit" && !fields.getAll(name).includes(value)) fields.append(name, value);
  return fields;
}
