/**
 * Which forms are for the outbox: <form data-pwagen="outbox"> with an action that a rule of pwagen.yaml covers,
 * where there is a worker. The others stay the browser's. How they are sent is in more/outbox-form.js.
 */

/**
 * @param {HTMLFormElement} form
 * @param {{ url: string, method: string }} target
 * @param {HTMLElement | null} submitter
 */
async function keepForm(form, target, submitter) {
  // As they are at the click.
  const fields = formFields(form, submitter);
  try {
    await (await more()).submitForm(form, target, submitter, fields);
  } catch (error) {
    const failure = await translateError(error);
    showFailure(failure);
    reportFailure(failure);
  }
}

/** @param {SubmitEvent} event */
function onSubmit(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const { submitter } = event;
  // A page's own handler that has taken it, and a browser without our worker, go first.
  if (event.defaultPrevented || form.getAttribute("data-pwagen") !== "outbox" || !sameScript(workerContainer()?.controller ?? null)) return;
  const target = formTarget(form, submitter);
  if (!outboxRule(target.method, target.url)) {
    if (target.method === "POST") reportFailure(namedError("UnsupportedError", `No rule of outbox in pwagen.yaml covers ${target.method} ${target.url}.`));
    return;
  }
  event.preventDefault();
  if (!busyElements.has(form)) keepForm(form, target, submitter);
}

startSteps.push(() => {
  document.addEventListener("submit", onSubmit);
});

// Before the user submits it: there may be no network then.
firstElementSteps.set("form[data-pwagen=outbox]", () => eventually(() => {}));
