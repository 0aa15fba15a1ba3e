// A form that is sent without a network: the offline page says so. The browser keeps what is typed for "back", and
// asks itself whether to send it again on the way back to its answer.

responders.push(({ request }) => {
  const { url, mode, method, isHistoryNavigation } = /** @type {Request & { isHistoryNavigation?: boolean }} */ (request);
  const path = pathBelowBase(url);
  const isForm = mode === "navigate" && method === "POST" && path !== undefined && !isHistoryNavigation;
  if (!isForm || NEVER.some((each) => each.test(path))) return undefined;
  return { rule: "a form", answer: () => fetch(request).catch(() => fallback("page", true)) };
});
