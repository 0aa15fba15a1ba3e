/** A control for each kind of value that a JSON Schema describes. */

import { make } from "./elements.js";

let count = 0;

/**
 * The schema that is meant: behind a reference, or the first alternative with a control.
 *
 * @param {Schema} schema
 * @param {Schema} root
 * @returns {any}
 */
export function resolve(schema, root) {
  if (schema.$ref) {
    const target = root.$defs?.[schema.$ref.replace("#/$defs/", "")] ?? {};
    return resolve({ ...target, description: schema.description ?? target.description }, root);
  }
  if (!schema.anyOf) return schema;
  const chosen = schema.anyOf.find(({ type }) => type !== "null") ?? {};
  return resolve({ ...chosen, description: schema.description ?? chosen.description, default: schema.default }, root);
}

/**
 * @param {string} name
 * @param {Schema} unresolved
 * @param {Schema} root
 * @param {boolean} isRequired
 * @returns {Field}
 */
export function fieldFor(name, unresolved, root, isRequired) {
  const schema = resolve(unresolved, root);
  if (schema.type === "array" && resolve(schema.items, root).properties) return listField(name, schema, root);
  if (schema.type === "array") return numbersField(name, schema);
  if (schema.enum) return choiceField(name, schema);
  if (schema.type === "boolean") return checkField(name, schema);
  if (schema.type === "integer") return numberField(name, schema);
  if (schema.type === "string") return textField(name, schema, isRequired);
  return jsonField(name, schema);
}

/**
 * A control with its label and description.
 *
 * @param {string} name
 * @param {Schema} schema
 * @param {HTMLElement} control
 * @param {string} [kind]
 */
function labelled(name, { description = "" }, control, kind = "") {
  count += 1;
  control.id = `field-${count}`;
  Reflect.set(control, "name", name);
  const label = make("label", { htmlFor: control.id }, name);
  const parts = kind === "check" ? [control, label] : [label, control];
  if (description) {
    parts.push(make("small", { id: `about-${count}` }, description));
    control.setAttribute("aria-describedby", `about-${count}`);
  }
  return make("div", { className: `field ${kind}` }, ...parts);
}

/**
 * @param {string} name
 * @param {Schema} schema
 * @param {boolean} isRequired
 */
function textField(name, schema, isRequired) {
  const control = name === "body" ? make("textarea", { rows: 3 }) : make("input", { type: "text" });
  control.required = isRequired;
  return { element: labelled(name, schema, control), value: () => control.value || (isRequired ? "" : undefined) };
}

/**
 * @param {string} name
 * @param {Schema} schema
 */
function numberField(name, schema) {
  const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER, default: initial } = schema;
  const control = make("input", { type: "number", min: String(minimum), max: String(maximum), step: "1" });
  if (typeof initial === "number") control.value = String(initial);
  return { element: labelled(name, schema, control), value: () => (control.value ? Number(control.value) : undefined) };
}

/**
 * @param {string} name
 * @param {Schema} schema
 */
function choiceField(name, schema) {
  const control = make("select", {}, ...(schema.default ? [] : [new Option("", "")]));
  for (const choice of schema.enum ?? []) control.add(new Option(String(choice), String(choice)));
  if (schema.default) control.value = String(schema.default);
  return { element: labelled(name, schema, control), value: () => control.value || undefined };
}

/**
 * @param {string} name
 * @param {Schema} schema
 */
function checkField(name, schema) {
  const control = make("input", { type: "checkbox" });
  return { element: labelled(name, schema, control, "check"), value: () => control.checked || undefined };
}

/**
 * Numbers with commas between them.
 *
 * @param {string} name
 * @param {Schema} schema
 */
function numbersField(name, schema) {
  const control = make("input", { type: "text", placeholder: "200, 100, 200", inputMode: "numeric" });
  const numbers = () => control.value.split(/[\s,]+/).filter(Boolean).map(number);
  return { element: labelled(name, schema, control), value: () => (control.value.trim() ? numbers() : undefined) };
}

/**
 * What is no number is sent as it stands: the server says what is wrong with it.
 *
 * @param {string} text
 */
function number(text) {
  return Number.isNaN(Number(text)) ? text : Number(text);
}

/**
 * @param {string} name
 * @param {Schema} schema
 */
function jsonField(name, schema) {
  const control = make("textarea", { rows: 2, spellcheck: false });
  const value = () => {
    try {
      return control.value.trim() ? JSON.parse(control.value) : undefined;
    } catch {
      return control.value; // a text is JSON's simplest value
    }
  };
  return { element: labelled(name, schema, control), value };
}

/**
 * Groups of fields that can be added and removed.
 *
 * @param {string} name
 * @param {Schema} schema
 * @param {Schema} root
 */
function listField(name, schema, root) {
  const { properties = {}, required = [] } = resolve(schema.items ?? {}, root);
  /** @type {{fields: [string, Field][], element: HTMLElement}[]} */
  const groups = [];
  const add = make("button", { type: "button", className: "button small" }, "Add");
  add.setAttribute("aria-label", `Add to ${name}`);
  const about = make("small", {}, schema.description ?? "");
  const element = make("fieldset", {}, make("legend", {}, name), make("div", { className: "field" }, about), add);

  add.addEventListener("click", () => {
    const fields = Object.entries(properties).map(([key, member]) => {
      return /** @type {[string, Field]} */ ([key, fieldFor(key, member, root, required.includes(key))]);
    });
    const remove = make("button", { type: "button", className: "button small" }, "Remove");
    const pairs = make("div", { className: "pair" }, ...fields.map(([, field]) => field.element));
    const group = { fields, element: make("fieldset", {}, pairs, remove) };
    remove.addEventListener("click", () => {
      groups.splice(groups.indexOf(group), 1);
      group.element.remove();
      add.focus();
    });
    groups.push(group);
    add.before(group.element);
    group.element.querySelector("input")?.focus();
  });

  const valueOf = (/** @type {[string, Field][]} */ fields) => {
    const given = fields.map(([key, field]) => [key, field.value()]);
    return Object.fromEntries(given.filter(([, value]) => value !== undefined));
  };
  return { element, value: () => (groups.length ? groups.map(({ fields }) => valueOf(fields)) : undefined) };
}
