/** Requests to the server that this page is from. */

/**
 * The answer's JSON; what went wrong is its `error`.
 *
 * @param {string} path
 * @param {object} body
 * @returns {Promise<any>}
 */
export async function ask(path, body) {
  try {
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    return await response.json();
  } catch {
    return { error: "The server does not answer. Is pwagen serve still running?" };
  }
}
