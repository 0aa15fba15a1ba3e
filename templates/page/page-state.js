/**
 * Whether this page came from the store because the network was slow or gone ("stored"), and whether the network
 * has answered since ("fresh"): then it is there for the asking.
 */

let pageState = "network";

/** @param {{ state: string, redirected?: boolean }} detail */
workerNews.page = ({ state, redirected }) => {
  pageState = state;
  const allowed = emit("page", { state });
  // To a log-in, most likely: what is shown isn't for who looks at it now.
  if (allowed && redirected && !hasUnsavedInput()) location.reload();
};

controls.set("page", {
  state: () => pageState,
  act: async () => location.reload(),
  show(element, state) {
    showIfUseful(element, state === "fresh");
  },
});
