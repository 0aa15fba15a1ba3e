/** Control of a folder above that of sw.js, which app.scope names. */

/** @param {string} scope  As in the manifest, which lies beside register.js. */
function widerScope(scope) {
  const { origin, pathname } = new URL(scope, BASE);
  return BASE.startsWith(origin + pathname) ? origin + pathname : BASE;
}

const SCOPE = widerScope(CONFIG.scope ?? ".");
scopes.unshift(SCOPE);

const registerInFolder = registerIn;

// Without the header that this needs, for the folder of sw.js.
registerIn = async (container) => {
  try {
    return await registerInFolder(container, SCOPE);
  } catch (error) {
    if (SCOPE === BASE || Object(error).name !== "SecurityError") throw error;
    const registration = await registerInFolder(container);
    reportFailure(more().then(({ narrowScopeError }) => narrowScopeError(SCOPE), () => namedError("RegistrationError")));
    return registration;
  }
};
