// Tells a page that it is the answer to a POST.
//
// It can't see that itself, and reloading it would post again (https://github.com/whatwg/html/issues/3215).

/** The pages to come, by their clients' ids. */
const posts = new Set();

/** When something was last sent, in milliseconds since 1970: what is shown after that must have it. */
let lastSent = 0;

/** @param {string} id */
async function tellPosted(id) {
  const client = await self.clients.get(id); // once it is there
  if (posts.delete(id)) client?.postMessage({ pwagen: "posted" });
}

responders.push((event) => {
  const { request, resultingClientId: id } = event;
  if (!["GET", "HEAD"].includes(request.method)) lastSent = Date.now();
  if (request.mode !== "navigate") return undefined;
  posts.delete(id); // A redirect asks for the same page again, by GET.
  if (request.method !== "POST") return undefined;
  posts.add(id);
  event.waitUntil(tellPosted(id));
  return undefined;
});
