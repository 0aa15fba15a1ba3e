/** How the app's window looks, as a state: <html data-pwagen-display="window-controls-overlay">. */

/** The most specific first: a window may match several. */
const DISPLAY_MODES = ["window-controls-overlay", "tabbed", "unframed", "minimal-ui", "fullscreen", "standalone"];

/** @param {string} mode */
const displayQuery = (mode) => matchMedia(`(display-mode: ${mode})`);

controls.set("display", {
  state: () => DISPLAY_MODES.find((mode) => displayQuery(mode).matches) ?? "browser",
});

startSteps.push(() => {
  // The user can hide the overlay, and move a tab into a window.
  for (const mode of DISPLAY_MODES) displayQuery(mode).addEventListener("change", refreshStates);
});
