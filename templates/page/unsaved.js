/** Whether a reload would lose something: what the user has typed, or the answer to a POST. */

/** @type {Map<any, string | number | undefined>} Fields that the user, not a script, has changed, and what they held before. */
const touchedFields = new Map();

/** This page is the answer to a POST, as the worker says. A reload would post again. */
let isPostAnswer = false;
workerNews.posted = () => {
  isPostAnswer = true;
};

/**
 * The default is noted before frameworks see the event: React sets it to each new value. It is what the
 * field has again after form.reset(). What is edited without being a field is compared with what it held.
 *
 * @param {Event} event
 */
function noteTouchedField(event) {
  const { type, isTrusted } = event;
  /** @type {any} */
  const field = event.composedPath()[0];
  if (!isTrusted || touchedFields.has(field)) return;
  // Code editors take what is typed out of a field that nobody sees, so nothing is what it held before.
  const isUnseen = field.type === "textarea" && (field.offsetWidth < 3 || getComputedStyle(field).opacity === "0");
  touchedFields.set(field, isUnseen ? NaN : field.defaultValue ?? (type === "beforeinput" && field.isContentEditable ? field.textContent : undefined));
}

/** Whether a touched field that is still on the page holds anything but its initial value. */
function hasUnsavedInput() {
  for (const [field, before] of touchedFields) {
    // The page of a frame that was taken away has no window any more.
    if (!field.isConnected || !field.ownerDocument.defaultView) touchedFields.delete(field);
    else if (isChanged(field, before)) return true;
  }
  return isPostAnswer;
}

/**
 * Not with instanceof: a field in a frame is of another window's class.
 *
 * @param {any} field
 * @param {string | number | undefined} before
 */
function isChanged({ options, multiple, type, checked, defaultChecked, defaultValue, value, textContent }, before) {
  if (options) {
    const list = /** @type {HTMLOptionElement[]} */ (Array.from(options));
    // With no default among the options, a drop-down starts on its first one.
    const implicit = multiple || list.some((option) => option.defaultSelected) ? null : list[0];
    return list.some((option) => option.selected !== (option.defaultSelected || option === implicit));
  }
  if (type === "checkbox" || type === "radio") return checked !== defaultChecked;
  return (defaultValue === undefined ? textContent : value) !== before;
}

/**
 * Hears of what is typed in a page, and in its frames: editors write into one of this origin.
 *
 * @param {Document} page
 */
function watchInput(page) {
  for (const type of ["beforeinput", "input", "change"]) page.addEventListener(type, noteTouchedField, true);
  page.addEventListener("load", watchLoadedFrame, true);
  for (const frame of page.querySelectorAll("iframe")) watchFrame(frame);
}

/** @param {any} element */
function watchFrame({ contentDocument }) {
  if (contentDocument) watchInput(contentDocument);
}

/** @param {Event} event  of anything that loads */
function watchLoadedFrame({ target }) {
  watchFrame(target);
}

startSteps.push(() => {
  watchInput(document);
  // What is typed in another site's frame, a comment for instance, can't be seen: only that somebody was in it.
  addEventListener("blur", () => {
    const { activeElement } = document;
    if (activeElement?.localName === "iframe" && !(/** @type {HTMLIFrameElement} */ (activeElement).contentDocument)) touchedFields.set(activeElement, undefined);
  });
});
