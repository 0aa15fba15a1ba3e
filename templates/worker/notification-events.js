// What a click on a notification does, and what its dismissal does.

/** How long a server may take to answer to a click, in milliseconds. */
const POST_TIME_LIMIT = 20000;

/**
 * Sends a click to a server, with the user's cookies if it is ours.
 *
 * @param {unknown} url
 * @param {RequestInit} request
 */
async function sendClick(url, request) {
  const address = allowedUrl(url);
  if (!address) throw new Error(`${url} is not an address that a click may be sent to`);
  const { ok, status } = await fetch(address, { keepalive: true, signal: AbortSignal.timeout(POST_TIME_LIMIT), ...request });
  if (!ok) throw new Error(`${address} answered with status ${status}`);
}

/**
 * What a click does.
 *
 * @param {ClickTarget} target
 * @param {ClickDetail} detail
 */
async function follow({ do: act, url }, detail) {
  if (act === "dismiss") return;
  if (act === "get") return sendClick(url, {});
  const json = { "Content-Type": "application/json" };
  if (act === "post") return sendClick(url, { method: "POST", headers: json, body: JSON.stringify(detail) });
  const [last] = await appWindows();
  if (act === "message" && last) return; // Every page is told anyway.
  if (act === "focus" && (await last?.focus().catch(() => undefined))) return;
  await goTo(allowedUrl(url ?? "./") ?? BASE);
}

/**
 * @param {"click" | "close"} event
 * @param {ClickTarget} target
 * @param {Notification} notification
 * @param {string} action
 */
async function onNotification(event, target, { title, tag, data }, action) {
  // The tag that display gave to one without images is nobody's.
  const detail = { action, tag: tag.replace(/^pwagen-\d+$/, ""), title, data: ownMember(data, "pwagen") ? data.data : data, timestamp: Date.now() };
  const problem = await follow(target, detail).catch(String);
  if (problem) await broadcast("error", { name: "NetworkError", message: problem });
  await Promise.allSettled([broadcast(event, detail), runHooks(event, detail)]);
}

onEvent("notificationclick", ({ notification, action }) => {
  notification.close(); // Android leaves it open otherwise.
  return onNotification("click", clickTarget(notification.data, action), notification, action);
});

onEvent("notificationclose", ({ notification }) => {
  const { close } = CONFIG.notifications;
  // Nothing can be opened here, because dismissing is no consent to it.
  const target = /** @type {ClickTarget} */ (close?.do === "post" ? close : { do: "dismiss" });
  return onNotification("close", target, notification, "");
});
