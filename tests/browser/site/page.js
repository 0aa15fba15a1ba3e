"use strict";

navigator.serviceWorker.register("sw.js");

document.querySelector("#ask").addEventListener("click", async () => {
  document.title = await Notification.requestPermission();
});
