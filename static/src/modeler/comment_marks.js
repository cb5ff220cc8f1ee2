// Open comments on the canvas: a mark with their number at each element, and the way to the panel.

import { t } from "../lib/texts.js";

/** What the comments panel needs of a process: the selected element, marks, and news of selections. */
export function commentHooks(modeler, show) {
  let redraw = () => {};
  modeler.on("import.done", () => redraw());
  return {
    show,
    selected: () => selectedElement(modeler),
    onSelect: (refresh) => modeler.on("selection.changed", refresh),
    mark: (threads, open) => {
      redraw = () => markComments(modeler, threads, open);
      redraw();
    },
  };
}

function selectedElement(modeler) {
  const [element, ...more] = modeler.get("selection").get();
  if (!element || more.length) return null;
  const { businessObject } = element;
  return { id: businessObject.get("id"), name: businessObject.get("name") || businessObject.get("id") };
}

function markComments(modeler, threads, open) {
  const overlays = modeler.get("overlays");
  const registry = modeler.get("elementRegistry");
  overlays.remove({ type: "comment" });
  for (const [id, count] of counted(threads)) {
    const element = registry.get(id);
    if (!element) continue;
    const position = element.waypoints ? { top: -14, left: 0 } : { top: -12, left: -8 };
    overlays.add(id, "comment", { position, html: badge(id, count, open), show: { minZoom: 0.3 } });
  }
}

/** How many threads each element has. */
export function counted(threads) {
  const counts = new Map();
  for (const { element } of threads) if (element) counts.set(element, (counts.get(element) ?? 0) + 1);
  return counts;
}

function badge(id, count, open) {
  const mark = document.createElement("button");
  mark.type = "button";
  mark.className = "comment-badge";
  mark.textContent = count;
  const words = count === 1 ? t("1 open comment") : t("{count} open comments", { count });
  mark.title = words;
  mark.setAttribute("aria-label", words);
  mark.addEventListener("click", () => open(id));
  return mark;
}
