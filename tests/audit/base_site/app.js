// block: registration
const registered = navigator.serviceWorker?.register(new URL("sw.js", document.currentScript.src));
// end
// block: permission
document.getElementById("push")?.addEventListener("click", async () => {
  if ((await Notification.requestPermission()) !== "granted") return;
  const registration = await registered;
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey:
      "BNYMvBnrgx7lGM5CPXQKFJ5vQk7jj_9CvYvC8PSj0aCWo3qYpSqn8e4cCF3Bb4sFlhP4c9XNhH2vAUkPDd6m1Kc",
  });
  await fetch("/subscriptions", { method: "POST", body: JSON.stringify(subscription) });
});
// end
// block: more
// end
