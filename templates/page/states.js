/** The app's states, kept in one place: told by "state" events, shown by attributes and to style sheets. */

/** @type {Record<string, string>} The last known state of every control. */
const knownStates = {};

/** @type {Promise<unknown>} Refreshes run one after the other, so that an older answer can't overtake a newer. */
let refreshing = Promise.resolve();

/** @type {Promise<unknown> | undefined} The one that hasn't begun, and is for all who ask until it does. */
let nextRefresh;

/** Reads every state again and tells what changed. */
function refreshStates() {
  nextRefresh ??= refreshing = refreshing.then(readStates).catch(reportFailure);
  return nextRefresh;
}

async function readStates() {
  nextRefresh = undefined;
  let changed = false;
  for (const [name, control] of controls) {
    const state = await control.state();
    if (knownStates[name] === state) continue;
    changed = true;
    knownStates[name] = state;
    // <html data-pwagen-push="subscribed">, for style sheets.
    if (!name.includes(":")) setAttribute(document.documentElement, `data-pwagen-${name}`, state);
  }
  if (!changed) return;
  renderAttributes();
  emit("state", { ...knownStates });
}

/**
 * Whether one of the tokens of a data-pwagen-when attribute holds: "install:available", or a state of
 * push alone, such as "denied". "download:stored" is about the download whose id is given.
 *
 * @param {string} tokens
 * @param {Record<string, string>} states
 * @param {string} [id]
 */
function whenHolds(tokens, states, id = "") {
  return tokens.split(/\s+/).some((token) => {
    const [name, state] = token.includes(":") ? token.split(":") : ["push", token];
    return state !== "" && (states[`${name}:${id}`] ?? states[name]) === state;
  });
}

startSteps.push(() => {
  // Permissions change in the browser's own settings; where there is no event for it (Safari), coming
  // back from there is one.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") refreshStates();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) refreshStates();
  });
});
