// Keeps what routes with `personal: true` bring apart, while its user is there.

const PERSONAL_CACHE = CACHE_PREFIX + "personal";

const dropPersonal = useCaches([PERSONAL_CACHE, PERSONAL_CACHE + DATA]);

/** Leaves nothing of one user's for the next, also of what is on its way. */
async function forgetUser() {
  signOuts += 1;
  await dropPersonal();
  return /** @type {const} */ ({ done: true });
}

messageHandlers["new-user"] = forgetUser;

for (const route of ROUTES) {
  if (route.personal) {
    Object.assign(route, {
      cache: PERSONAL_CACHE,
      refused: [/no-store/i, /\*|authorization/i],
      // Whose page it was is no longer signed in.
      onAnswer: async (/** @type {Response} */ answer, /** @type {() => Promise<Response | undefined>} */ stored) => {
        if (isLogInWanted(answer) && (await stored())) await forgetUser();
      },
    });
  }
}
