// What is refreshed in the background is there without a network, too.

const REFRESHED = new Set(CONFIG.refreshedUrls.map((url) => withoutQuery(new URL(url, BASE).href)));

/** One for all of them: what is stored of a route is told by it. @type {AnswerRoute} */
const REFRESHED_ROUTE = { rule: "periodic_sync", strategy: "network-first" };

routeFinders.push((url) => (REFRESHED.has(withoutQuery(url)) ? REFRESHED_ROUTE : undefined));
