/** The count in the tab, where the browser has no badge for the app: "(3) Harbour News". */

/** What the page calls itself, and what was made of it. */
let pageTitle = "";
let countedTitle = "";

let titleQueued = false;

/** Whether it is here that the count is shown: not while it is on the page's icon. */
let countInTitle = !CONFIG.badgeFavicon;

/** @param {string} [badge]  as a state: a number, "true" for a badge without one */
function titlePrefix(badge) {
  return badge === "true" ? "(•) " : Number(badge) ? `(${badge}) ` : "";
}

/**
 * The page's own title: that of a script that writes a new one, or that changes what it reads, which has
 * the count in it.
 *
 * @param {string} shown
 */
function ownTitle(shown) {
  if (shown === countedTitle) return pageTitle;
  const prefix = countedTitle.slice(0, countedTitle.length - pageTitle.length);
  return shown.startsWith(prefix) ? shown.slice(prefix.length) : shown;
}

function showCountInTitle() {
  titleQueued = false;
  pageTitle = ownTitle(document.title).trim();
  // Trimmed, as the browser reads it back.
  countedTitle = ((countInTitle ? titlePrefix(knownStates.badge) : "") + pageTitle).trim();
  set(document, "title", countedTitle);
}

startSteps.push(() => {
  if ("setAppBadge" in navigator) return;
  api.addEventListener("state", showCountInTitle);
  // Later, in a task of its own: with a script that insists on its title as well, it would never end.
  const onChange = () => {
    if (titleQueued || document.title === countedTitle) return;
    titleQueued = true;
    setTimeout(showCountInTitle, 0);
  };
  new MutationObserver(onChange).observe(document.head, { childList: true, subtree: true, characterData: true });
});
