/** The form of a message, made from the message's JSON Schema. */

import { make } from "./elements.js";
import { resolve, fieldFor } from "./fields.js";

/** What most messages have; the others are below “More”. */
const FIRST = ["title", "body", "navigate", "tag", "app_badge", "actions"];
const SIDE_BY_SIDE = ["tag", "app_badge"];
/** What the push service is told. */
const DELIVERY = ["ttl", "urgency", "topic"];

/**
 * @param {HTMLElement} form
 * @param {() => void} changed
 */
export async function messageForm(form, changed) {
  const schema = await (await fetch("schema.json")).json();
  const envelope = resolve(schema, schema);
  const options = resolve(envelope.properties.notification, schema);
  const ofNotification = fieldsOf(options, schema, ["app_badge"]);
  const ofEnvelope = fieldsOf(envelope, schema, ["web_push", "notification"]);
  const all = { ...ofNotification, ...ofEnvelope };
  const first = FIRST.filter((name) => name in all && !SIDE_BY_SIDE.includes(name));
  const more = Object.keys(all).filter((name) => !FIRST.includes(name) && !DELIVERY.includes(name));
  const elements = (/** @type {string[]} */ names) => names.map((name) => all[name].element);
  form.replaceChildren(
    ...elements(first.slice(0, -1)),
    make("div", { className: "pair" }, ...elements(SIDE_BY_SIDE)),
    ...elements(first.slice(-1)),
    make("div", { className: "pair narrow" }, ...elements(DELIVERY)),
    more.length ? folded("More", elements(more)) : "",
  );
  form.addEventListener("input", changed);
  form.addEventListener("click", changed); // buttons add and remove fields

  return {
    /** @returns {MessageRequest} */
    value() {
      return { message: { web_push: 8030, ...values(ofEnvelope), notification: values(ofNotification) } };
    },
    /** Fills the form as long as nothing is written. @param {Record<string, string>} suggestions */
    suggest(suggestions) {
      if (Object.values(values(ofNotification)).some(Boolean)) return;
      for (const [name, text] of Object.entries(suggestions)) {
        const control = ofNotification[name]?.element.querySelector("input, textarea");
        if (control) Reflect.set(control, "value", text);
      }
    },
  };
}

/**
 * @param {Schema} schema  Of an object.
 * @param {Schema} root
 * @param {string[]} leftOut
 * @returns {Record<string, Field>}
 */
function fieldsOf(schema, root, leftOut) {
  const members = Object.entries(schema.properties ?? {}).filter(([name]) => !leftOut.includes(name));
  const isRequired = (/** @type {string} */ name) => (schema.required ?? []).includes(name);
  return Object.fromEntries(members.map(([name, member]) => [name, fieldFor(name, member, root, isRequired(name))]));
}

/** @param {Record<string, Field>} fields */
function values(fields) {
  const given = Object.entries(fields).map(([name, field]) => [name, field.value()]);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

/**
 * @param {string} title
 * @param {HTMLElement[]} elements
 */
function folded(title, elements) {
  return make("details", {}, make("summary", {}, title), make("div", { className: "fields" }, ...elements));
}
