// What the problems panel can mend in a form by itself: one step that undo takes back.

import { t } from "../lib/texts.js";
import { respelt } from "../designer/feel_spelling.js";

const FIXES = {
  form_key: giveKey,
  form_condition: beginCondition,
  form_feel: respell,
  form_rule: dropRule,
  form_class: nameClass,
  form_step: dropStep,
};
const CLASSES = ["personal", "secret"];
const LIMITS = ["min", "max", "minLength", "maxLength", "pattern", "required"];
/** Settings that may hold FEEL. */
const PLACES = ["expression", "label", "description", "text", "content", "url", "source", "valuesExpression", "readonly", "dataSource"];

/**
 * How a problem of a form is mended by one click, or null where a person has to decide.
 *
 * @param editor form-js
 * @param {{rule?: string, element?: string|null, message: string}} problem as the check tells it
 * @returns {{words: string, run: () => void} | null}
 */
export function fixOf(editor, problem) {
  const registry = editor.get("formFieldRegistry");
  const field = problem.element && registry.get(problem.element);
  if (!field) return null;
  const edit = (words, properties) => ({ words, run: () => editor.get("modeling").editFormField(field, properties) });
  return FIXES[problem.rule]?.({ field, others: registry.getAll(), message: problem.message, edit }) ?? null;
}

/** A key of its own, made of what people read; of two that share one, the later gets another. */
function giveKey({ field, others, edit }) {
  if (!("key" in field)) return null;
  const taken = others.filter((other) => other !== field).map(({ key }) => key);
  const first = others.find(({ key }) => key === field.key);
  if (field.key && (first === field || !taken.includes(field.key))) return null;
  const base = field.key || keyFrom(field.label) || field.type;
  let key = base;
  for (let number = 2; taken.includes(key); number += 1) key = `${base}_${number}`;
  return edit(t("Gives it the key {key}.", { key }), { key });
}

function keyFrom(label) {
  const words = (typeof label === "string" ? label : "")
    .replaceAll("ß", "ss")
    .normalize("NFKD")
    .replace(/[^\w\s]|_/g, "")
    .trim()
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 4);
  const key = words.map((word, index) => (index ? word[0].toUpperCase() + word.slice(1) : word.toLowerCase())).join("");
  return /^[a-z]/.test(key) ? key : "";
}

function beginCondition({ field, edit }) {
  const hide = field.conditional?.hide;
  if (!hide || hide.startsWith("=")) return null;
  return edit(t("Writes {wrong} as {right}.", { wrong: hide, right: `=${hide}` }), { conditional: { ...field.conditional, hide: `=${hide}` } });
}

function respell({ field, message, edit }) {
  if (field.type === "expression" && field.expression && !field.expression.startsWith("=")) return rewritten(field.expression, `=${field.expression}`, (expression) => edit("", { expression }));
  const hide = field.conditional?.hide;
  if (hide && message.includes(hide)) return rewritten(hide, respelt(hide), (right) => edit("", { conditional: { ...field.conditional, hide: right } }));
  const place = PLACES.find((name) => typeof field[name] === "string" && message.includes(field[name]));
  return place ? rewritten(field[place], respelt(field[place]), (right) => edit("", { [place]: right })) : null;
}

function rewritten(wrong, right, edit) {
  return right === null ? null : { ...edit(right), words: t("Writes {wrong} as {right}.", { wrong, right }) };
}

/** A rule that nothing checks promises what does not happen; what limits something may be meant otherwise. */
function dropRule({ field, message, edit }) {
  const rules = Object.entries(field.validate ?? {});
  const [name] = rules.find(([rule, value]) => !LIMITS.includes(rule) && (message.includes(rule) || (rule === "validationType" && message.includes(value)))) ?? [];
  if (!name) return null;
  const validate = Object.fromEntries(rules.filter(([rule]) => rule !== name));
  return edit(t("Takes the rule “{name}” away.", { name }), { validate });
}

function nameClass({ field, message, edit }) {
  const wrong = field.properties?.class;
  const right = wrong && CLASSES.find((known) => known === wrong.trim().toLowerCase());
  if (!right || !message.includes(wrong)) return null;
  return edit(t("Writes {wrong} as {right}.", { wrong, right }), { properties: { ...field.properties, class: right } });
}

function dropStep({ field, edit }) {
  const { step, ...properties } = field.properties ?? {};
  return step ? edit(t("Makes it a plain part of the form."), { properties }) : null;
}
