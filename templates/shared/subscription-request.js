// The request that tells the server of a subscription.

/** The sync event in which the worker tells the server what it doesn't know yet. */
const SUBSCRIPTION_SYNC = "pwagen:subscription";

/**
 * The arguments of fetch for a request to the server that keeps the subscriptions.
 *
 * POST {"subscription": …}, PUT {"old": … | null, "new": …}, DELETE {"endpoint": "…"}; the first two with
 * "user" when the page has said who it is.
 *
 * @param {"POST" | "PUT" | "DELETE"} method
 * @param {object} body
 * @param {string} [csrfToken]
 * @returns {[string, RequestInit]}
 */
function subscriptionRequest(method, body, csrfToken) {
  const { endpoint, credentials, csrf, headers } = CONFIG.push;
  return [
    new URL(endpoint ?? "", BASE).href,
    {
      method,
      credentials,
      // A redirect to a log-in page would look like success, and one that turns POST into GET too.
      redirect: "error",
      keepalive: true,
      headers: {
        "Content-Type": "application/json",
        ...headers,
        ...(csrf && csrfToken && { [csrf.header]: csrfToken }),
      },
      body: JSON.stringify(body),
    },
  ];
}
