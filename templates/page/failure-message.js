/** data-pwagen="message": where the user reads why a click came to nothing. */

/** @type {PwagenError | null} */
let shownFailure = null;

/** @param {PwagenError | null} error */
function showFailure(error) {
  shownFailure = error;
  renderAttributes();
}

controls.set("message", {
  // The name is enough for a style sheet; the sentence goes where it is asked for.
  state: () => (shownFailure ? shownFailure.name : ""),
  show(element) {
    // Set from the start: a live region is announced only if it was one before its text changed.
    if (!element.hasAttribute("role")) element.setAttribute("role", "status");
    set(element, "textContent", shownFailure ? shownFailure.message : "");
  },
});
