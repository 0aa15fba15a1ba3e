// Takes the offline page in the user's language. That is asked for only once a page can't be had: no
// other has to wait for the store.
for (const [name, strategy] of Object.entries(STRATEGIES)) {
  STRATEGIES[/** @type {StrategyName} */ (name)] = async (event, plan) => {
    const response = await strategy(event, plan).catch(() => undefined);
    if (!response && plan.purpose === "page") FALLBACKS.page = await inUsersLanguage(CONFIG.offlinePages);
    return response;
  };
}
