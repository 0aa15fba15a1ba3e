// What is refreshed in the background is there without a network, too.

const REFRESHED = new Set(CONFIG.refreshedUrls.map((url) => withoutQuery(new URL(url, BASE).href)));

routeFinders.push((url) => (REFRESHED.has(withoutQuery(url)) ? { rule: "periodic_sync", strategy: "network-first" } : undefined));
