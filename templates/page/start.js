/** Sets everything going, once for a page however often this script is loaded into it. */

// Not `"pwagen" in window`: an element with that id would be found there.
if (!window.pwagen?.ready) {
  Object.defineProperty(window, "pwagen", { value: api, enumerable: true });
  for (const step of startSteps) step();
  refreshStates();
}
