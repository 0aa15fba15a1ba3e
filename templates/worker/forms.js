// A form that is sent without a network: the offline page says so. The browser keeps what is typed for "back".

responders.push(({ request }) => {
  const path = pathBelowBase(request.url);
  const isForm = request.mode === "navigate" && request.method === "POST";
  if (!isForm || path === undefined || NEVER.some((each) => each.test(path))) return undefined;
  return { rule: "a form", answer: () => fetch(request).catch(() => fallback("page", true)) };
});
