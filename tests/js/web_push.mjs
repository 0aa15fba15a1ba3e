// web-push, as any Node back end uses it, and the decryption that it is tested with. Reads an order as JSON
// from standard input: {subscription, options, write: [payload…], read: [body…], privateKey}, base64 inside.
import { createECDH } from "node:crypto";
import { readFileSync } from "node:fs";
import ece from "http_ece";
import webPush from "web-push";

const order = JSON.parse(readFileSync(0, "utf8"));
const decoded = (text) => Buffer.from(text, "base64");

function written(payload) {
  const { headers, body } = webPush.generateRequestDetails(order.subscription, decoded(payload), order.options);
  return { headers, body: body.toString("base64") };
}

const receiver = createECDH("prime256v1");
receiver.setPrivateKey(decoded(order.privateKey));

function read(body) {
  const options = { version: "aes128gcm", privateKey: receiver, authSecret: order.subscription.keys.auth };
  return ece.decrypt(decoded(body), options).toString("base64");
}

console.log(JSON.stringify({ written: order.write.map(written), read: order.read.map(read) }));
