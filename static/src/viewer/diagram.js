// One `[data-diagram]`: the model of `data-xml-url` (or a JSON block `data-xml`), and a JSON block
// `data-overlays` of
//   {tokens: [{elementId, count}], visited: [elementId], incidents: [{elementId, message, count, href}],
//    links: {elementId: href}, heat and flows: see heat.js}
// It is drawn when it is first seen: a diagram in a closed tab costs nothing.

import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

import { fit } from "../lib/fit.js";
import { get, Problem } from "../lib/http.js";
import { readJson } from "../lib/page.js";
import { t } from "../lib/texts.js";
import { addControls } from "./controls.js";
import { drawHeat } from "./heat.js";
import { drawHistory } from "./history.js";
import { describe } from "./description.js";
import { linkElements } from "./links.js";
import { addTouch } from "./touch.js";

/** @param {HTMLElement} card */
export function mount(card) {
  const seen = new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width === 0) return;
    seen.disconnect();
    draw(card);
  });
  seen.observe(card);
}

async function draw(card) {
  card.ariaBusy = "true";
  // The diagram keeps its light ground in dark mode, and with it the bpmn.io mark.
  card.dataset.bsTheme = "light";
  card.classList.add("diagram");
  const canvas = document.createElement("div");
  canvas.className = "diagram__canvas";
  card.append(canvas);
  try {
    const xml = card.dataset.xmlUrl ? await get(card.dataset.xmlUrl) : readJson("xml", card);
    const viewer = new NavigatedViewer({ container: canvas });
    await viewer.importXML(xml);
    equip(card, canvas, viewer);
  } catch (error) {
    canvas.remove();
    complain(card, error);
  } finally {
    card.ariaBusy = "false";
  }
}

function equip(card, canvas, viewer) {
  const overlays = { tokens: [], visited: [], incidents: [], links: {}, heat: [], flows: [], ...readJson("overlays", card, {}) };
  drawHistory(viewer, overlays);
  drawHeat(viewer, overlays);
  describe(card, canvas, viewer, overlays);
  linkElements(card, viewer, overlays.links);
  addControls(card, canvas, viewer);
  addTouch(canvas, viewer);
  new ResizeObserver(() => fitReadable(viewer)).observe(canvas);
  card.dispatchEvent(new CustomEvent("diagram:ready", { bubbles: true, detail: { viewer } }));
}

const SMALLEST_READABLE = 0.45;
const MARGIN = { left: 20, right: 20, top: 24, bottom: 24 };

/** The whole diagram, or on a narrow screen as much as can still be read, around the first token. */
export function fitReadable(viewer) {
  const canvas = viewer.get("canvas");
  if (canvas.getSize().width === 0) return;
  fit(canvas, MARGIN);
  if (canvas.zoom() >= SMALLEST_READABLE) return;
  const token = viewer.get("elementRegistry").find((element) => canvas.hasMarker(element, "diagram-token"));
  const start = viewer.get("elementRegistry").find((element) => element.type === "bpmn:StartEvent");
  canvas.zoom(SMALLEST_READABLE);
  if (token ?? start) canvas.scrollToElement(token ?? start, 40);
}

function complain(card, error) {
  if (!(error instanceof Problem)) console.warn(error);
  const sentence = document.createElement("p");
  sentence.className = "diagram__problem";
  sentence.setAttribute("role", "alert");
  sentence.textContent = error instanceof Problem ? error.message : t("This model has no diagram that can be drawn.");
  card.append(sentence);
}
