// Answers requests, or leaves them to the browser. That asks the server then, as if there were no worker.

/**
 * What a part has to say of a request.
 *
 * @typedef {object} Match
 * @property {string} rule  what decides, in the terms of pwagen.yaml
 * @property {StrategyName} [strategy]
 * @property {() => Promise<Response | undefined>} [stored]  the copy that is stored now
 * @property {() => Promise<Response | undefined>} [answer]  the answer, if there is one after all; none: the browser's own
 */

/** @type {((event: FetchEvent) => Match | undefined)[]} Asked in this order; undefined: not this part's business. */
const responders = [];

/** @param {FetchEvent} event */
const matchesFor = (event) => responders.flatMap((responder) => responder(event) ?? []);

/**
 * @param {Request} request
 * @param {(() => Promise<Response | undefined>)[]} answers
 * @returns {Promise<Response>}
 */
async function respond(request, answers) {
  for (const answer of answers) {
    const response = await answer();
    if (response) return response;
  }
  return fetch(request);
}

self.addEventListener("fetch", (event) => {
  const answers = matchesFor(event).flatMap(({ answer }) => answer ?? []);
  if (answers.length) event.respondWith(respond(event.request, answers));
});
