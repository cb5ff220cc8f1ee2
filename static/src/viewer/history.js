// Tokens, visited path and incidents as markers and overlays of a bpmn-js viewer.

import { t } from "../lib/texts.js";
import { visitedFlows } from "./visited.js";

export function drawHistory(viewer, { tokens, visited, incidents }) {
  const canvas = viewer.get("canvas");
  const registry = viewer.get("elementRegistry");
  const known = (id) => registry.get(id) !== undefined;

  for (const id of visited.filter(known)) canvas.addMarker(id, "diagram-visited");
  const flows = registry.filter((element) => element.type === "bpmn:SequenceFlow" && !element.labelTarget);
  for (const id of visitedFlows(flows, visited)) canvas.addMarker(id, "diagram-visited");

  for (const { elementId, count = 1 } of tokens.filter((token) => known(token.elementId))) {
    canvas.addMarker(elementId, "diagram-token");
    const words = count === 1 ? t("1 token waits here") : t("{count} tokens wait here", { count });
    overlay(viewer, elementId, { top: -12, left: -12 }, mark("token-dot", String(count), words));
  }
  for (const { elementId, message = "", count = 1, href } of incidents.filter((one) => known(one.elementId))) {
    canvas.addMarker(elementId, "diagram-incident");
    const words = message ? t("Incident: {message}", { message }) : t("{count} incidents", { count });
    overlay(viewer, elementId, { top: -12, right: 12 }, mark("incident-mark", "!", words, href));
  }
}

function overlay(viewer, elementId, position, html) {
  viewer.get("overlays").add(elementId, "history", { position, html, show: { minZoom: 0 }, scale: { min: 0.8, max: 1.2 } });
}

function mark(family, text, words, href) {
  const element = document.createElement(href ? "a" : "span");
  element.className = family;
  element.textContent = text;
  element.title = words;
  if (href) {
    element.href = href;
    element.setAttribute("aria-label", words);
  } else {
    element.setAttribute("aria-hidden", "true");
  }
  return element;
}
