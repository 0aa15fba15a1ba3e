// Tells a page that it is the answer to a POST.
//
// It can't see that itself, and reloading it would post again (https://github.com/whatwg/html/issues/3215).

/** The pages to come, by their clients' ids. */
const posts = new Set();

/** When something was last sent, in milliseconds since 1970: what is shown after that must have it. */
let lastSent = 0;

/**
 * The page that a navigation leads to, once it is there, if there comes one. Chromium waits for it, Firefox doesn't.
 *
 * @param {string} id
 */
async function pageToCome(id) {
  for (const end = Date.now() + 3000; ; ) {
    const page = await self.clients.get(id);
    if (page || Date.now() > end) return page;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

responders.push((event) => {
  const { request, resultingClientId: id } = event;
  const { mode, method } = request;
  if (!/GET|HEAD/.test(method)) lastSent = Date.now();
  posts.delete(id); // A redirect asks for the same page again, by GET.
  if (mode === "navigate" && method === "POST") {
    posts.add(id);
    event.waitUntil(pageToCome(id).then((page) => posts.delete(id) && page?.postMessage({ pwagen: "posted" })));
  }
});
