// Zoom by buttons on the canvas, beside the wheel and the keys; and the grid, shown and snapped to or not.

import { t } from "../lib/texts.js";
import { fitBesidePalette } from "./fit.js";

const STEP = 1;

export function mountZoom(stage, modeler) {
  const canvas = modeler.get("canvas");
  const level = button("", t("Zoom to 100 %"), () => canvas.zoom(1));
  const bar = document.createElement("div");
  bar.className = "canvas-zoom";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", t("Zoom"));
  bar.append(
    button("−", t("Zoom out"), () => modeler.get("zoomScroll").stepZoom(-STEP)),
    level,
    button("+", t("Zoom in"), () => modeler.get("zoomScroll").stepZoom(STEP)),
    button(t("Fit"), t("Fit the diagram"), () => fitBesidePalette(canvas)),
    gridButton(modeler),
  );
  stage.append(bar);
  const refresh = () => {
    level.textContent = `${Math.round(canvas.zoom() * 100)} %`;
    level.setAttribute("aria-label", t("{level}, zoom to 100 %", { level: level.textContent }));
  };
  modeler.on("canvas.viewbox.changed", refresh);
  refresh();
}

function gridButton(modeler) {
  const snapping = modeler.get("gridSnapping");
  const toggle = button(t("Grid"), t("Grid"), () => snapping.toggleActive());
  const refresh = () => toggle.setAttribute("aria-pressed", String(snapping.isActive()));
  modeler.on("gridSnapping.toggle", refresh);
  refresh();
  return toggle;
}

function button(text, label, press) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = text;
  element.title = label;
  element.setAttribute("aria-label", label);
  element.addEventListener("click", press);
  return element;
}
