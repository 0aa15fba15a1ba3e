/** How pages use window.pwagen; it only has to compile. */

const subscribe = document.querySelector("button");

subscribe?.addEventListener("click", async () => {
  try {
    const subscription: PushSubscription = await pwagen.push.subscribe();
    console.log(subscription.endpoint);
  } catch (error) {
    const { name, message } = error as PwagenError;
    if (name === "PermissionDeniedError") console.log(message);
  }
});

pwagen.addEventListener("update", (event) => {
  if (event.detail.dirty && event.detail.state === "applied") event.preventDefault();
});
pwagen.addEventListener("state", ({ detail }) => console.log(detail.push === "needs-install", detail.install));
pwagen.addEventListener("error", ({ detail }) => console.warn(detail.error.message));
pwagen.addEventListener("something else", (event: Event) => console.log(event.type));

async function useEverything(): Promise<void> {
  const registration: ServiceWorkerRegistration | null = await window.pwagen.ready;
  const ended: boolean = await pwagen.push.unsubscribe();
  await pwagen.badge.set();
  await pwagen.badge.add(2);
  const count: number | true = await pwagen.badge.get();
  await pwagen.notifications.show("Low tide", { body: "at 6:12", renotify: true, tag: "tide", actions: [{ action: "open", title: "Open" }] });
  const outcome: "accepted" | "dismissed" = await pwagen.install.prompt();
  const { page, worker } = await pwagen.version();
  for (const { id, state } of await pwagen.outbox.list()) await (state === "failed" ? pwagen.outbox.remove(id) : pwagen.outbox.retry(id));
  if (await pwagen.update.check()) await pwagen.update.apply();
  await pwagen.signOut();
  console.log(registration, ended, count, outcome, page, worker);
}

// @ts-expect-error A state that doesn't exist is a mistake in the page.
pwagen.push.state().then((state) => state === "enabled");

void useEverything;

pwagen.addEventListener("click", ({ detail }) => console.log(detail.action, detail.timestamp + 1));
pwagen.addEventListener("push", ({ detail }) => console.log(detail.title.length, detail.message.id));
pwagen.addEventListener("outbox", ({ detail }) => console.log(detail.state === "queued", detail.waiting + 1, detail.status));
