// Takes the offline page in the user's language. That is asked for only once a page can't be had: no
// other has to wait for the store.
const inOwnLanguage = fallback;
fallback = async (purpose, isUnsent) => {
  if (purpose === "page") FALLBACKS.page = await inUsersLanguage(CONFIG.offlinePages);
  return inOwnLanguage(purpose, isUnsent);
};
