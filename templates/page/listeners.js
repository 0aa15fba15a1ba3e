/** What is done once somebody listens for an event of that type. */

/** @type {Record<string, () => void>} */
const firstListenerSteps = {};

startSteps.push(() => {
  api.addEventListener = (/** @type {any[]} */ ...parameters) => {
    EventTarget.prototype.addEventListener.apply(api, /** @type {any} */ (parameters));
    const [type] = parameters;
    if (!Object.hasOwn(firstListenerSteps, type)) return;
    firstListenerSteps[type]();
    delete firstListenerSteps[type];
  };
});
