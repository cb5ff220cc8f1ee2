// The diagram in words: a name for the picture, and a list of where the case waits.

import { t } from "../lib/texts.js";

export function describe(card, canvas, viewer, { tokens, incidents }) {
  const registry = viewer.get("elementRegistry");
  const svg = canvas.querySelector("svg");
  const name = card.dataset.title ?? t("Process diagram");
  const waits = tokens.map(({ elementId }) => nameOf(registry, elementId)).filter(Boolean);
  const failing = incidents.map(({ elementId }) => nameOf(registry, elementId)).filter(Boolean);
  const sentences = [name];
  if (waits.length) sentences.push(t("Waits at: {names}", { names: waits.join(", ") }));
  if (failing.length) sentences.push(t("Incident at: {names}", { names: failing.join(", ") }));

  // The drawing is one picture for a reader; its marks and links are listed by the page beside it.
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `${sentences.join(". ")}.`);
  svg.setAttribute("tabindex", "0");
}

function nameOf(registry, id) {
  return registry.get(id)?.businessObject.name || id;
}
