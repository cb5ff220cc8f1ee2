// Which connector of the catalogue a step calls, and what choosing one writes into the model.
//
// A description of an integrator stands on one of the platform's own: its `type`, `topic` and
// `fixed` inputs tell it from others that stand on the same.

/** What the model says: `{type, topic, inputs: {name: value}}`; null for no connector. */
export function saidBy(connector) {
  if (!connector) return null;
  const inputs = Object.fromEntries(connector.get("inputs").map((input) => [input.get("name"), input.get("value")]));
  return { type: connector.get("type") ?? "", topic: connector.get("topic") ?? "", inputs };
}

/** The description that fits best: of those whose fixed parts all agree, the one with the most. */
export function describing(descriptions, said) {
  if (!said) return undefined;
  const fitting = descriptions.filter((one) => fits(one, said));
  return fitting.toSorted((a, b) => weight(b) - weight(a))[0];
}

/** The attributes, inputs, outputs and retry that a description puts into the model. */
export function writtenFor(description) {
  const defaults = (description.inputs ?? []).filter((input) => input.default !== undefined);
  return {
    type: typeOf(description),
    topic: description.topic || undefined,
    inputs: { ...description.fixed, ...Object.fromEntries(defaults.map((input) => [input.name, input.default])) },
    outputs: description.outputs ?? [],
    retry: description.retry ?? {},
  };
}

/** The platform's own descriptions are named as their type. */
export function typeOf({ type, key }) {
  return type ?? key;
}

/** Why a typed parameter cannot be what was written; null when it can. Expressions are free. */
export function mistakeIn({ type, required }, written, t) {
  if (!written) return required ? t("This is needed.") : null;
  if (type === "number" && !written.startsWith("=") && !Number.isFinite(Number(written))) return t("A number, or an expression after =");
  if (type === "expression" && !written.startsWith("=")) return t("An expression begins with =");
  return null;
}

function fits(description, said) {
  if (typeOf(description) !== said.type) return false;
  if (description.topic && description.topic !== said.topic) return false;
  return Object.entries(description.fixed ?? {}).every(([name, value]) => said.inputs[name] === value);
}

function weight({ topic, fixed }) {
  return Object.keys(fixed ?? {}).length + (topic ? 1 : 0);
}
