/** Every failure that a page can see, as a name to branch on and a sentence to show. */

/** @type {Record<PwagenErrorName, string>} */
const ERROR_SENTENCES = {
  UnsupportedError: "This browser can't do this.",
  NeedsInstallError:
    "On this device notifications need the app on the Home Screen: open the Share menu, choose “Add to Home Screen”, and start it from there.",
  InstallUnavailableError: "The browser doesn't offer to install this app at the moment.",
  GestureError: "Notifications can only be turned on from a click or a key press.",
  PermissionDeniedError: "Notifications are blocked for this site. Allow them in the browser's site settings, then try again.",
  PermissionDismissedError: "Notifications stay off until the browser's question is answered with “Allow”.",
  PushServiceError:
    "The browser's push service couldn't be reached. Try again later; some browsers have to be allowed to use push messaging in their settings.",
  KeyError: "The site's VAPID public key isn't valid, so the browser refuses the subscription.",
  ServerError: "The server didn't accept the subscription.",
  NetworkError: "The server couldn't be reached. This is tried again on the next visit.",
  RegistrationError: "The service worker isn't running, so this can't work yet.",
  InsecureContextError: "This page is not served over https, so the browser switches service workers off.",
  OtherWorkerError: "Another service worker belongs to the same pages.",
  QuotaError: "There is no space left for this site's data.",
  TimeoutError: "There was no answer in time. Try again later.",
  UnknownError: "Something unexpected went wrong.",
};
textTables.push(ERROR_SENTENCES);

/**
 * What an exception of the browser means here. NotAllowedError is the answer to a blocked permission,
 * AbortError to a push service that is unreachable or switched off (Brave, Ungoogled Chromium),
 * InvalidAccessError and InvalidCharacterError to the key (https://w3c.github.io/push-api/#subscribe-method).
 *
 * @type {Record<string, PwagenErrorName>}
 */
const EXCEPTION_MEANINGS = {
  AbortError: "PushServiceError",
  InvalidAccessError: "KeyError",
  InvalidCharacterError: "KeyError",
  InvalidStateError: "RegistrationError",
  NetworkError: "NetworkError",
  NotAllowedError: "PermissionDeniedError",
  NotSupportedError: "UnsupportedError",
  QuotaExceededError: "QuotaError",
  SecurityError: "RegistrationError",
  TimeoutError: "TimeoutError",
};

/** @type {WeakSet<Error>} Ours: some share a name with the browser's and must not be translated again. */
const namedErrors = new WeakSet();

/**
 * An error with one of our names, worded for the user unless `message` says it better.
 *
 * @param {PwagenErrorName} name
 * @param {string} [message]
 * @param {unknown} [cause]
 * @returns {PwagenError}
 */
function namedError(name, message = ERROR_SENTENCES[name], cause = undefined) {
  const error = Object.assign(new Error(message), { name, cause });
  namedErrors.add(error);
  return error;
}

/**
 * Any thrown value as an error with one of our names.
 *
 * @param {unknown} thrown
 * @returns {PwagenError}
 */
function translateError(thrown) {
  const error = /** @type {Error} */ (Object(thrown));
  if (namedErrors.has(error)) return /** @type {PwagenError} */ (error);
  const name = EXCEPTION_MEANINGS[error.name] || "UnknownError";
  const unknown = name === "UnknownError" && error.message;
  return namedError(name, unknown ? `${ERROR_SENTENCES[name]} (${error.message})` : undefined, thrown);
}

/**
 * Tells the page of a failure that no caller waits for; on the console unless a listener prevents it.
 *
 * @param {unknown} thrown
 */
function reportFailure(thrown) {
  const error = translateError(thrown);
  const { name, message } = error;
  if (emit("error", { name, message, error })) console.warn(`pwagen: ${name}: ${message}`);
}
