/** Every failure that a page can see, as a name to branch on and a sentence to show. */

/** What users read when the sentences themselves can't be had. */
const NO_CONNECTION = "The server couldn't be reached.";

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

/** @type {WeakSet<object>} Ours: some share a name with the browser's and must not be translated again. */
const namedErrors = new WeakSet();

/**
 * An error with one of our names, worded for the user.
 *
 * @param {PwagenErrorName} name
 * @param {string} [text]  the name of a text in more/texts.js, or a whole sentence
 * @param {unknown} [cause]
 * @returns {Promise<PwagenError>}
 */
async function namedError(name, text = name, cause = undefined) {
  const isSentence = text.includes(" ");
  const message = isSentence ? text : await more().then(({ sentence }) => sentence(text, cause)).catch(() => NO_CONNECTION);
  const error = Object.assign(new Error(message), { name, cause });
  namedErrors.add(error);
  return error;
}

/**
 * @param {unknown} thrown
 * @returns {PwagenErrorName}
 */
function errorName(thrown) {
  const { name } = Object(thrown);
  return namedErrors.has(Object(thrown)) ? name : EXCEPTION_MEANINGS[name] || "UnknownError";
}

/**
 * Any thrown value as an error with one of our names.
 *
 * @param {unknown} thrown
 * @returns {Promise<PwagenError>}
 */
async function translateError(thrown) {
  return namedErrors.has(Object(thrown)) ? /** @type {PwagenError} */ (thrown) : namedError(errorName(thrown), undefined, thrown);
}

/**
 * Tells the page of a failure that no caller waits for; on the console unless a listener prevents it.
 *
 * @param {unknown} thrown  or a promise of it
 */
async function reportFailure(thrown) {
  const error = await translateError(await thrown);
  const { name, message } = error;
  if (emit("error", { name, message, error })) console.warn(`pwagen: ${name}: ${message}`);
}
