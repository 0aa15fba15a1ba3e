// web-push (npm): requests prepared per second, or messages per second to a sink with 100 in flight.
// node web_push.js encrypt|send COUNT JSON
"use strict";

const https = require("node:https");
const webpush = require("web-push");

const [mode, count, text] = process.argv.slice(2);
const { origin, p256dh, auth, publicKey, privateKey, subject, payload } = JSON.parse(text);
const subscription = { endpoint: `${origin}/push/0`, keys: { p256dh, auth } };
const total = Number(count);
const options = {
  vapidDetails: { subject, publicKey, privateKey },
  TTL: 86400,
  agent: new https.Agent({ keepAlive: true, maxSockets: 100 }),
};

async function send() {
  let next = 0;
  async function worker() {
    while (next < total) {
      next += 1;
      await webpush.sendNotification(subscription, payload, options);
    }
  }
  await Promise.all(Array.from({ length: 100 }, worker));
}

function encrypt() {
  for (let number = 0; number < total; number += 1) {
    webpush.generateRequestDetails(subscription, payload, options);
  }
}

(async () => {
  const started = process.hrtime.bigint();
  await (mode === "send" ? send() : encrypt());
  const perSecond = total / (Number(process.hrtime.bigint() - started) / 1e9);
  console.log(JSON.stringify({ perSecond }));
  process.exit(0);
})();
