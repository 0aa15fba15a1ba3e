/** What is done once there is an element for it. */

/** @type {Map<string, () => void>} By selector. */
const firstElementSteps = new Map();

elementSteps.push(() => {
  for (const [selector, step] of firstElementSteps) {
    if (document.querySelector(selector) && firstElementSteps.delete(selector)) step();
  }
});
