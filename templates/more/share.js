/** What is shared to the app, by GET in the page's own query, by POST through the worker. */

/**
 * The configured fields under their usual names. Anybody's page may post here, so the url is one that is
 * safe to link. Android puts it into the text (https://developer.chrome.com/docs/capabilities/web-apis/web-share-target).
 *
 * @param {Iterable<[string, FormDataEntryValue]>} fields
 * @param {ShareConfig} share
 * @returns {PwagenLaunch & {kind: "share"}}
 */
function sharedIn(fields, { params, files }) {
  const given = Array.from(fields);
  /** @param {string | undefined} param */
  const textOf = (param) => String(given.find(([name, value]) => name === param && typeof value === "string")?.[1] ?? "");
  const [title, text, url] = [params.title, params.text, params.url].map(textOf);
  const link = [url, text].map((one) => one.trim()).find((one) => /^https?:\/\/\S+$/i.test(one));
  const isShared = (/** @type {[string, FormDataEntryValue]} */ [name, value]) =>
    files.includes(name) && typeof value !== "string" && (value.size > 0 || value.name !== "");
  return { kind: "share", title, text, url: link ?? "", files: /** @type {File[]} */ (given.filter(isShared).map(([, value]) => value)) };
}

launchTakers.push(({ fields }) => (fields ? sharedIn(fields, CONFIG.share) : null));

launchReaders.push((url) => {
  const { method, action, params } = CONFIG.share;
  const { href, searchParams } = new URL(url);
  const isAction = isSamePage(href.split(/[?#]/)[0], new URL(action, BASE).href.split(/[?#]/)[0]);
  if (method !== "GET" || !isAction || !Object.values(params).some((name) => searchParams.has(name))) return null;
  return sharedIn(searchParams, CONFIG.share);
});
