/** Why sw.js could not be registered: browsers say little, so it is fetched and looked at. */

/**
 * @typedef {object} RegistrationFacts
 * @property {string} worker  The URL of sw.js.
 * @property {string} pageOrigin
 * @property {string} [directive]  The Content-Security-Policy directive that was violated meanwhile.
 * @property {boolean} policyRefused
 * @property {{type: string, status: number, mime: string} | null} response  What fetching sw.js gave; null if it failed.
 * @property {string} errorName
 * @property {string} errorMessage
 */

/**
 * One sentence: what is wrong and what to do.
 *
 * @param {RegistrationFacts} facts
 * @returns {string}
 */
function explainRegistration({ worker, pageOrigin, directive, policyRefused, response, errorName, errorMessage }) {
  const { origin, pathname } = new URL(worker);
  if (origin !== pageOrigin) {
    return `A service worker must come from the page's own origin, but ${worker} is not on ${pageOrigin}. Copy register.js and sw.js there.`;
  }
  if (directive === "require-trusted-types-for" || (directive === "trusted-types" && policyRefused)) {
    return TRUSTED_TYPES_REMEDY;
  }
  if (directive && /^(worker|child|script|default)-src/.test(directive)) {
    return `The Content-Security-Policy blocks ${pathname} (${directive}); add “worker-src 'self'” to it.`;
  }
  if (!response) return `${worker} could not be fetched: ${errorMessage || "there is no network"}.`;
  const { type, status, mime } = response;
  if (type === "opaqueredirect") {
    return `${worker} is answered with a redirect, which browsers refuse for a service worker. Serve the file itself at this address.`;
  }
  if (status < 200 || status > 299) {
    return `${worker} is answered with status ${status}. ${statusRemedy(status)}`;
  }
  if (!isJavaScript(mime)) {
    const hint = /html/.test(mime) ? " The server probably answers unknown addresses with a page." : "";
    return `${worker} is served as “${mime || "no type"}”, but must be “text/javascript”.${hint}`;
  }
  if (/max scope|Service-Worker-Allowed/i.test(errorMessage)) {
    return `${worker} may not control its own folder: ${errorMessage} Check the Service-Worker-Allowed header.`;
  }
  if (errorName === "SecurityError") {
    return `The browser refuses service workers here; site data may be blocked, or the certificate not trusted (${errorMessage}).`;
  }
  return `${worker} failed while starting: ${errorMessage}`;
}

/** @param {number} status */
function statusRemedy(status) {
  if (status === 401 || status === 403) return "It must be readable without a log-in.";
  return status < 500 ? "Copy sw.js into the same folder as register.js." : "The server's log says more.";
}

/** @param {string} mime The Content-Type header (https://mimesniff.spec.whatwg.org/#javascript-mime-type). */
function isJavaScript(mime) {
  return /^(text|application)\/(x-)?(java|ecma)script\b|^text\/(jscript|livescript)\b/i.test(mime.trim());
}

/**
 * @param {unknown} thrown
 * @param {string | undefined} directive
 * @param {boolean} policyRefused
 * @returns {Promise<PwagenError>}
 */
async function diagnoseRegistration(thrown, directive, policyRefused) {
  const { name: errorName = "", message: errorMessage = "" } = /** @type {Error} */ (Object(thrown));
  const facts = { worker: workerUrl, pageOrigin: location.origin, directive, policyRefused, errorName, errorMessage };
  const sentence = explainRegistration({ ...facts, response: await lookAtWorker() });
  return namedError("RegistrationError", sentence, thrown);
}

async function lookAtWorker() {
  try {
    const response = await fetch(workerUrl, { cache: "no-store", redirect: "manual" });
    return { type: response.type, status: response.status, mime: response.headers.get("Content-Type") || "" };
  } catch {
    return null;
  }
}

/** @param {string} scriptUrl */
function otherWorkerError(scriptUrl) {
  const remedy = "Remove the code that registers it, or the two replace each other on every visit.";
  return namedError("OtherWorkerError", `${scriptUrl} was registered for ${scopes[0]}; ${workerUrl} replaces it now. ${remedy}`);
}

Object.assign(parts, { diagnoseRegistration, otherWorkerError });
