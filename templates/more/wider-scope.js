/** What the server has to send for a worker that controls more than its own folder. */

/** @param {string} scope */
function narrowScopeError(scope) {
  const header = `Service-Worker-Allowed: ${new URL(scope).pathname}`;
  return namedError("RegistrationError", `app.scope is ${scope}, so ${workerUrl} must be sent with the header “${header}”. Until then it controls ${BASE} alone.`);
}

Object.assign(parts, { narrowScopeError });
