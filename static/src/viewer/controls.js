// Zoom by buttons and keys. The wheel zooms with Ctrl only, so that a page with a diagram scrolls.

import { t } from "../lib/texts.js";
import { fitReadable } from "./diagram.js";

const STEP = 1.25;
const PAN = 60;
const ARROWS = { ArrowLeft: [PAN, 0], ArrowRight: [-PAN, 0], ArrowUp: [0, PAN], ArrowDown: [0, -PAN] };

export function addControls(card, container, viewer) {
  const canvas = viewer.get("canvas");
  const zoom = (factor) => canvas.zoom(Math.min(4, Math.max(0.2, canvas.zoom() * factor)), "auto");
  const fit = () => fitReadable(viewer);
  card.prepend(
    toolbar([
      ["−", t("Zoom out"), () => zoom(1 / STEP)],
      ["+", t("Zoom in"), () => zoom(STEP)],
      [t("Fit"), t("Fit the diagram to the window"), fit],
    ]),
  );

  container.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "+" || event.key === "=") zoom(STEP);
    else if (event.key === "-") zoom(1 / STEP);
    else if (event.key === "0") fit();
    else if (event.key in ARROWS) canvas.scroll({ dx: ARROWS[event.key][0], dy: ARROWS[event.key][1] });
    else return;
    event.preventDefault();
  });

  const wheel = viewer.get("zoomScroll");
  wheel.toggle(false);
  container.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoom(event.deltaY > 0 ? 1 / 1.1 : 1.1);
    },
    { passive: false },
  );
}

function toolbar(buttons) {
  const bar = document.createElement("div");
  bar.className = "diagram__controls";
  for (const [text, label, press] of buttons) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "diagram__control";
    button.textContent = text;
    button.title = label;
    button.setAttribute("aria-label", label);
    button.addEventListener("click", press);
    bar.append(button);
  }
  return bar;
}
