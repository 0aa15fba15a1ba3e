/** When the count goes onto the page's icon; how, is in more/badge-favicon.js. */
startSteps.push(() => {
  if ("setAppBadge" in navigator) return;
  let shown = "0";
  let drawing = Promise.resolve();
  api.addEventListener("state", ({ detail }) => {
    if (countInTitle || shown === detail.badge) return;
    shown = String(detail.badge);
    drawing = drawing
      .then(more)
      .then(({ showCountOnIcon }) => showCountOnIcon(shown))
      .catch(() => {
        countInTitle = true;
        showCountInTitle();
      });
  });
});
