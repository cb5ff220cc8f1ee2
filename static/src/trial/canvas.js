// The test-run on the canvas: where tokens are, what was gone through, breakpoints, the way they came.

import { t } from "../lib/texts.js";
import { h } from "./dom.js";

const KIND = "trial";
const MARKS = ["trial-visited", "trial-token", "trial-uncovered", "trial-incident"];
const HOP_MS = 220;
/** All hops of one move together. */
const MOVE_MS = 1400;

/** @param {object | null} state null clears the canvas */
export function paint(modeler, state, breakpoints) {
  clear(modeler);
  for (const id of breakpoints) badge(modeler, id, { top: -9, left: 14 }, "trial-stop", "", t("Breakpoint"));
  if (!state) return;
  for (const id of [...Object.keys(state.visited), ...state.flows]) mark(modeler, id, "trial-visited");
  for (const [id, count] of tokens(state)) {
    mark(modeler, id, "trial-token");
    badge(modeler, id, { top: -12, left: -12 }, "trial-dot", String(count), t("{count} tokens here", { count }));
  }
  for (const [id, message] of Object.entries(state.incidents)) {
    mark(modeler, id, "trial-incident");
    badge(modeler, id, { top: -12, right: 12 }, "trial-dot trial-dot--late", "!", message);
  }
}

/** What all scenarios together went through, and what none did. */
export function paintCoverage(modeler, coverage) {
  clear(modeler);
  for (const id of [...Object.keys(coverage.elements), ...coverage.flows]) mark(modeler, id, "trial-visited");
  for (const { element } of coverage.uncovered) mark(modeler, element, "trial-uncovered");
}

/** Let a dot run along the sequence flows that the newest entries of the log came by. */
export async function animate(modeler, state) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const flows = state.log.slice(state.fresh).map(({ flow }) => flow).filter(Boolean);
  const duration = Math.min(HOP_MS, MOVE_MS / Math.max(flows.length, 1));
  for (const id of flows) await hop(modeler, id, duration);
}

function tokens(state) {
  const counts = new Map();
  const here = [...state.waits.filter(({ is_leaf }) => is_leaf).map(({ element }) => element), ...state.entering];
  for (const id of here) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

function clear(modeler) {
  const canvas = modeler.get("canvas");
  modeler.get("overlays").remove({ type: KIND });
  for (const element of modeler.get("elementRegistry").getAll()) {
    for (const name of MARKS) if (canvas.hasMarker(element, name)) canvas.removeMarker(element, name);
  }
}

function mark(modeler, id, name) {
  if (modeler.get("elementRegistry").get(id)) modeler.get("canvas").addMarker(id, name);
}

function badge(modeler, id, position, family, text, words) {
  const element = modeler.get("elementRegistry").get(id);
  if (!element) return;
  const html = h("span", { class: family, role: "img", "aria-label": words, title: words }, text);
  const place = element.waypoints ? { position: { bottom: 0, left: 0 } } : { position };
  modeler.get("overlays").add(id, KIND, { ...place, html, show: { minZoom: 0.2 } });
}

async function hop(modeler, id, duration) {
  const element = modeler.get("elementRegistry").get(id);
  if (!element?.waypoints) return;
  const layer = modeler.get("canvas").getLayer("trial", 1000);
  const dot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
  dot.setAttribute("r", "7");
  dot.setAttribute("class", "trial-runner");
  layer.append(dot);
  const points = element.waypoints.map(({ x, y }) => ({ transform: `translate(${x}px, ${y}px)` }));
  await dot.animate(points, { duration, easing: "linear" }).finished;
  dot.remove();
}
