// web-push as any Node back end uses it: nothing here knows of a test.
import { readFileSync } from "node:fs";
import webPush from "../js/node_modules/web-push/src/index.js";

const { subscription, message, keys, subject } = JSON.parse(readFileSync(0, "utf8"));
webPush.setVapidDetails(subject, keys.publicKey, keys.privateKey);
try {
  const { statusCode } = await webPush.sendNotification(subscription, JSON.stringify(message), {
    TTL: 60,
    proxy: process.env.HTTPS_PROXY,
  });
  console.log(JSON.stringify({ statusCode }));
} catch ({ statusCode, body, message: text }) {
  console.log(JSON.stringify({ statusCode, body: body ?? text }));
}
