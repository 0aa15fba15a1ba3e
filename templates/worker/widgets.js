// Fills the widgets of the Windows widgets board.
//
// https://learn.microsoft.com/en-us/microsoft-edge/progressive-web-apps-chromium/how-to/widgets

/** Keeps a widget's background sync apart from those of periodic_sync. */
const WIDGET_SYNC = "widget:";

/**
 * The text at a URL, without a network the one that was there last.
 *
 * @param {string} url
 */
async function widgetText(url) {
  try {
    return await refreshUrl(url);
  } catch (error) {
    // Any query: a precached file has its hash in it.
    const stored = await caches.match(new URL(url, BASE), { ignoreSearch: true, ignoreVary: true });
    if (!stored) throw error;
    return stored.text();
  }
}

/** @param {WidgetConfig | undefined} widget */
async function showWidget(widget) {
  const { widgets } = self;
  if (!widget || !widgets) return;
  const [template, data] = await Promise.all([widgetText(widget.template), widget.data ? widgetText(widget.data) : "{}"]);
  await widgets.updateByTag(widget.tag, { template, data });
}

/** @param {string} tag */
const widgetOf = (tag) => CONFIG.widgets.find((widget) => widget.tag === tag);

/** @param {WidgetEvent} event */
async function onWidgetInstall({ widget: { definition } }) {
  const widget = widgetOf(definition.tag);
  const sync = self.registration.periodicSync;
  // Refused without the permission: the widget is brought up to date when its board opens, all the same.
  const registered = widget?.update && sync?.register(WIDGET_SYNC + widget.tag, { minInterval: widget.update });
  await Promise.allSettled([registered, showWidget(widget)]);
}

/** @param {WidgetEvent} event */
async function onWidgetUninstall({ widget: { definition, instances } }) {
  if (instances.length <= 1) await self.registration.periodicSync?.unregister(WIDGET_SYNC + definition.tag);
}

/** @param {WidgetEvent} event */
async function onWidgetClick({ widget: { definition }, action, data, instanceId }) {
  const detail = { tag: definition.tag, action, data, instanceId };
  await Promise.allSettled([broadcast("widget", detail), runHooks("widget", detail)]);
  await showWidget(widgetOf(definition.tag)); // What the click has changed.
}

onEvent("widgetinstall", onWidgetInstall);
onEvent("widgetresume", ({ widget }) => showWidget(widgetOf(widget.definition.tag)));
onEvent("widgetclick", onWidgetClick);
onEvent("widgetuninstall", onWidgetUninstall);
onEvent("periodicsync", (event) => showWidget(CONFIG.widgets.find(({ tag }) => WIDGET_SYNC + tag === event.tag)));

// A new build may have another template; boards without the widget ignore it.
onEvent("activate", () => Promise.allSettled(CONFIG.widgets.map(showWidget)));
