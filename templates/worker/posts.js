// Tells a page that it is the answer to a POST, which it can't see itself: reloading it would post again
// (https://github.com/whatwg/html/issues/3215).

/** The pages to come, by their clients' ids. */
const posts = new Set();

/** @param {string} id */
async function tellPosted(id) {
  const client = await self.clients.get(id); // once it is there
  if (posts.delete(id)) client?.postMessage({ pwagen: "posted" });
}

responders.push((event) => {
  const { request, resultingClientId: id } = event;
  if (request.mode !== "navigate") return undefined;
  posts.delete(id); // A redirect asks for the same page again, by GET.
  if (request.method !== "POST") return undefined;
  posts.add(id);
  event.waitUntil(tellPosted(id));
  return undefined;
});
