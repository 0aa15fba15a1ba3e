/** Bringing elements in line with the state, without touching what is right already. */

/**
 * @param {string} selector
 * @returns {NodeListOf<HTMLElement>}
 */
function matching(selector) {
  return document.querySelectorAll(selector);
}

/**
 * Sets a property only if it differs: each write would wake the observer in attributes.js again.
 *
 * @template {object} E
 * @template {keyof E} K
 * @param {E} element
 * @param {K} property
 * @param {E[K]} value
 */
function set(element, property, value) {
  if (element[property] !== value) element[property] = value;
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {string | null} value
 */
function setAttribute(element, name, value) {
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * Hides a control that has nothing to do, unless its author decides with data-pwagen-when.
 *
 * @param {HTMLElement} element
 * @param {boolean} useful
 */
function showIfUseful(element, useful) {
  if (!element.dataset.pwagenWhen) set(element, "hidden", !useful);
}
