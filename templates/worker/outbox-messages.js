// Lists, empties and sends the outbox for a page.

messageHandlers.outbox = async () => ({
  entries: (await inOutbox((_, requests) => requests.getAll()) ?? []).map(
    ({ id, url, method, time, tries, waiting, status }) => ({ id, url, method, time, tries, state: waiting ? "queued" : "failed", status }),
  ),
});

messageHandlers["outbox-remove"] = async ({ id }) => {
  const entry = await inOutbox((_, requests) => requests.get(id));
  await removeRequest(id);
  if (entry) await tellOutbox("removed", entry);
  return { done: true };
};

messageHandlers.replay = async ({ retry }) => {
  if (retry) {
    await changeRequests(retry === true ? undefined : retry, ({ waiting, time, status, key }) => ({
      ...{ waiting: 1, notBefore: 0, status: undefined, time: waiting ? time : Date.now() },
      // A server that has refused it may answer the same key with the same refusal.
      key: status ? crypto.randomUUID() : key,
    }));
  }
  await replay();
  return { waiting: await countWaiting() };
};
