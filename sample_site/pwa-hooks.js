// This site's own code in the worker. pwagen copies the file and never changes it.

// A warning that the water comes over the quay stays on the screen until somebody has seen it.
self.pwagen.on("push", ({ notification }) => {
  if (notification.tag === "tide-warning") notification.requireInteraction = true;
});
