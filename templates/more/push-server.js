/** Telling the site's server about subscriptions, as often as it takes. */

/** Waits before the second and third try, in milliseconds; a server that asks for a longer one is left for the next visit. */
const RETRY_DELAYS = [1000, 4000];
const LONGEST_RETRY_AFTER = 15_000;

/**
 * How long to wait before the next try, in milliseconds; null if there is none.
 *
 * @param {number} tries  Made so far.
 * @param {{status: number, retryAfter: string | null} | null} answer  null: the network failed.
 * @param {number} now
 * @returns {number | null}
 */
function retryDelay(tries, answer, now) {
  if (tries > RETRY_DELAYS.length || (answer && answer.status !== 429 && answer.status < 500)) return null;
  const asked = retryAfterMilliseconds(answer && answer.retryAfter, now);
  return asked > LONGEST_RETRY_AFTER ? null : Math.max(asked, RETRY_DELAYS[tries - 1]);
}

/**
 * The token that proves to the server that its own page is asking.
 *
 * @param {PushConfig["csrf"]} csrf
 * @param {{cookie: string, getElementsByName(name: string): Iterable<Element>}} page  The document.
 * @returns {string | undefined}
 */
function csrfToken(csrf, page) {
  if (csrf?.meta) {
    for (const element of page.getElementsByName(csrf.meta)) {
      // A hidden field will do too: Django's pages have one where its cookie is HttpOnly.
      const token = element.getAttribute("content") || element.getAttribute("value");
      if (token) return token;
    }
  }
  const prefix = csrf?.cookie && `${csrf.cookie}=`;
  const found = prefix && page.cookie.split(/;\s*/).find((pair) => pair.startsWith(prefix));
  if (!found) return undefined;
  const value = found.slice(prefix.length);
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/**
 * @param {"POST" | "PUT" | "DELETE"} method
 * @param {object} body
 */
async function askServer(method, body) {
  if (!CONFIG.push.endpoint) return;
  for (let tries = 1; ; tries += 1) {
    // The token is read again each time: a server may change it.
    const request = subscriptionRequest(method, body, csrfToken(CONFIG.push.csrf, document));
    const response = await fetch(...request).catch(() => null);
    if (response && response.ok) return;
    const answer = response && { status: response.status, retryAfter: response.headers.get("Retry-After") };
    const delay = retryDelay(tries, answer, Date.now());
    if (delay === null) throw await serverError(answer && answer.status, request[0]);
    // Up to half more, so that the pages of all visitors don't come back at the same moment.
    await new Promise((resolve) => setTimeout(resolve, delay * (1 + Math.random() / 2)));
  }
}

/**
 * @param {number | null} status
 * @param {string} url
 */
function serverError(status, url) {
  if (status === null || status === 429 || status >= 500) return namedError("NetworkError");
  const text = sentence(status === 401 || status === 403 ? "serverRefused" : "serverStatus");
  return namedError("ServerError", text.replace("{status}", String(status)).replace("{url}", () => url));
}

Object.assign(parts, { askServer });
