/** Asks the browser to refresh URLs in the background, and does it on opening where that isn't granted. */

/** Below this level a device that isn't being charged is left alone; browsers warn their users here, too. */
const LOW_BATTERY = 0.2;

/**
 * Has the browser do it, tag by tag.
 *
 * @param {ServiceWorkerRegistration} registration
 * @returns {Promise<string[]>}  The tags that it doesn't do.
 */
async function registerPeriodicSyncs({ periodicSync }) {
  const wanted = CONFIG.periodicSync.map(({ tag }) => tag);
  if (!periodicSync) return wanted;
  try {
    // The worker's own are those of widgets.
    const former = (await periodicSync.getTags()).filter((tag) => !wanted.includes(tag) && !tag.startsWith("widget:"));
    await Promise.all(former.map((tag) => periodicSync.unregister(tag)));
    const name = /** @type {PermissionName} */ ("periodic-background-sync");
    if ((await navigator.permissions.query({ name })).state !== "granted") return wanted;
  } catch {
    return wanted;
  }
  /** @type {string[]} */
  const refused = [];
  for (const { tag, minInterval } of CONFIG.periodicSync) {
    await periodicSync.register(tag, { minInterval }).catch(() => refused.push(tag));
  }
  return refused;
}

/**
 * The battery's level is told to pages alone, and in Chromium alone; elsewhere nobody knows.
 *
 * @param {{ charging: boolean, level: number } | undefined} battery
 */
function isBatteryLow(battery) {
  return battery !== undefined && !battery.charging && battery.level <= LOW_BATTERY;
}

/** @param {ServiceWorkerRegistration} registration */
async function keepFresh(registration) {
  const tags = await registerPeriodicSyncs(registration);
  const { getBattery } = /** @type {BatteryNavigator} */ (navigator);
  if (!tags.length || isBatteryLow(await getBattery?.call(navigator).catch(() => undefined))) return;
  // The worker knows when it last did so, and keeps to the interval.
  for (const tag of tags) await askWorker({ pwagen: "refresh", tag });
}

startSteps.push(async () => {
  const registration = await api.ready;
  if (!registration) return;
  keepFresh(registration).catch(reportFailure);
  // The permission comes with the installation, without a question.
  addEventListener("appinstalled", () => keepFresh(registration).catch(reportFailure));
});
