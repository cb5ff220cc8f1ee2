// A heat map on a diagram: each element in the colour of its band with its number beside it, and
// sequence flows as thick as they are used.
//   {heat: [{elementId, band: 0…5, text, words}], flows: [{elementId, band, text, words}]}

export function drawHeat(viewer, { heat, flows }) {
  const canvas = viewer.get("canvas");
  const registry = viewer.get("elementRegistry");
  for (const { elementId, band, text, words } of heat) {
    const shape = registry.get(elementId);
    if (!shape) continue;
    if (band) canvas.addMarker(elementId, `heat-${band}`);
    put(viewer, elementId, { top: -10, right: Math.min(shape.width, 30) }, number("heat-number", text, words));
  }
  for (const { elementId, band, text, words } of flows) {
    const flow = registry.get(elementId);
    if (!flow) continue;
    canvas.addMarker(elementId, `heat-flow-${band}`);
    if (text) put(viewer, elementId, beside(flow), number("heat-number heat-number--flow", text, words));
  }
}

function put(viewer, elementId, position, html) {
  viewer.get("overlays").add(elementId, "heat", { position, html, show: { minZoom: 0.3 }, scale: { min: 0.7, max: 1.2 } });
}

/** The middle of the first part of a flow, from the corner of the box around it. */
function beside({ waypoints: points }) {
  const left = Math.min(...points.map(({ x }) => x));
  const top = Math.min(...points.map(({ y }) => y));
  const [from, to] = points;
  return { left: (from.x + to.x) / 2 - left - 10, top: (from.y + to.y) / 2 - top - 9 };
}

function number(family, text, words) {
  const element = document.createElement("span");
  element.className = family;
  element.textContent = text;
  element.title = words;
  element.setAttribute("aria-hidden", "true");
  return element;
}
