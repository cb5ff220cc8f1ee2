// Problems on the canvas: a badge at the element, and the way to it.

import { t } from "../lib/texts.js";

const RANK = { error: 3, todo: 2, warning: 1 };

/** Badge each element with the worst of its problems. */
export function markProblems(modeler, problems) {
  const overlays = modeler.get("overlays");
  const registry = modeler.get("elementRegistry");
  overlays.remove({ type: "problem" });
  for (const [id, found] of byElement(problems)) {
    const element = registry.get(id);
    if (!element) continue;
    const position = element.waypoints ? { bottom: 0, left: 0 } : { bottom: 10, left: -10 };
    overlays.add(id, "problem", { position, html: badge(found), show: { minZoom: 0.3 } });
  }
}

/** Select an element, bring it into view and give the canvas the focus. */
export function showElement(modeler, id) {
  const element = modeler.get("elementRegistry").get(id);
  if (!element) return;
  const canvas = modeler.get("canvas");
  canvas.scrollToElement(element, 120);
  if (element.parent) modeler.get("selection").select(element);
  canvas.focus?.();
}

function byElement(problems) {
  const groups = new Map();
  for (const problem of problems) {
    if (problem.element) groups.set(problem.element, [...(groups.get(problem.element) ?? []), problem]);
  }
  return groups;
}

function badge(found) {
  const worst = found.reduce((a, b) => ((RANK[b.severity] ?? 0) > (RANK[a.severity] ?? 0) ? b : a));
  const mark = document.createElement("span");
  mark.className = `problem-badge problem-badge--${worst.severity}`;
  mark.textContent = worst.severity === "todo" ? "…" : "!";
  mark.title = found.map(({ message }) => message).join("\n");
  mark.setAttribute("role", "img");
  mark.setAttribute("aria-label", t("{count} problems: {message}", { count: found.length, message: worst.message }));
  return mark;
}
