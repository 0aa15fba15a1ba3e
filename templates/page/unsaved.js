/** Whether a reload would lose something: what the user has typed, or the answer to a POST. */

/** @type {Map<any, string | boolean | number | undefined>} Fields that the user, not a script, has changed, and what they held before. */
const touchedFields = new Map();

/** This page is the answer to a POST, as the worker says. A reload would post again. */
let isPostAnswer = false;
workerNews.posted = () => {
  isPostAnswer = true;
};

/**
 * What it holds at first is noted before frameworks see the event: they set a field's defaults to each new value, React
 * those of text, Lit those of choices. What is edited without being a field is compared with what it held.
 *
 * @param {Event} event
 */
function noteTouchedField(event) {
  /** @type {any} */
  const field = event.composedPath()[0];
  if (!event.isTrusted || touchedFields.has(field)) return;
  // Code editors take what is typed out of a field that nobody sees, so nothing is what it held before.
  const isUnseen = field.type === "textarea" && (field.offsetWidth < 3 || getComputedStyle(field).opacity === "0");
  touchedFields.set(field, isUnseen ? NaN : contentOf(field, true) ?? (event.type === "beforeinput" && field.isContentEditable && field.textContent));
}

/** Whether a touched field that is still on the page holds anything but its initial value. */
function hasUnsavedInput() {
  for (const [field, before] of touchedFields) {
    // The page of a frame that was taken away has no window any more.
    if (!field.isConnected || !field.ownerDocument.defaultView) touchedFields.delete(field);
    else if (contentOf(field) !== before) return true;
  }
  return isPostAnswer;
}

/**
 * What a field or an edited element holds, or by its defaults held at first. Not with instanceof: a field in a frame is
 * of another window's class.
 *
 * @param {any} field
 * @param {boolean} [isInitial]
 * @returns {string | boolean | undefined}
 */
function contentOf({ options, multiple, type, checked, defaultChecked, defaultValue, value, textContent }, isInitial) {
  if (options) {
    const list = Array.from(options, (option) => (isInitial ? option.defaultSelected : option.selected));
    // With no default among the options, a drop-down starts on its first one.
    if (!multiple && !list.includes(true)) list[0] = true;
    return String(list);
  }
  if (/radio|checkbox/.test(type)) return isInitial ? defaultChecked : checked;
  if (isInitial) return defaultValue;
  return defaultValue === undefined ? textContent : value;
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
  // On the way back browsers fill in what was typed before, and tell of nothing.
  if (loading?.type === "back_forward") {
    for (const field of matching("input,select,textarea")) touchedFields.set(field, contentOf(field, true));
  }
  // What is typed in another site's frame, a comment for instance, can't be seen: only that somebody was in it.
  addEventListener("blur", () => {
    /** @type {any} */
    const frame = document.activeElement;
    if (frame?.contentDocument === null) touchedFields.set(frame, undefined);
  });
});
