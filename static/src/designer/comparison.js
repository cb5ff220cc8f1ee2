// Two diagrams side by side: colours and signs at what changed, both moved and zoomed as one, and
// the way from a line of the list to the element.

import { readJson } from "../lib/page.js";
import { t } from "../lib/texts.js";

const SIGNS = { added: "+", removed: "−", changed: "✎", moved: "↔" };
const WORDS = { added: "New", removed: "Gone", changed: "Changed", moved: "Moved" };

/** @param {HTMLElement} root `[data-comparison]` with two `[data-side]`, each with a `[data-diagram]` */
export function mountComparison(root) {
  const marks = readJson("marks", root);
  const viewers = new Map();
  root.addEventListener("diagram:ready", (event) => {
    const side = event.target.closest("[data-side]").dataset.side;
    const { viewer } = event.detail;
    viewers.set(side, viewer);
    mark(viewer, marks);
    viewer.on("canvas.viewbox.changed", ({ viewbox }) => follow(viewers, viewer, viewbox));
  });
  root.addEventListener("click", (event) => {
    const id = event.target.closest("[data-jump]")?.dataset.jump;
    if (id) jump(root, viewers, id);
  });
}

function mark(viewer, marks) {
  const registry = viewer.get("elementRegistry");
  const canvas = viewer.get("canvas");
  const overlays = viewer.get("overlays");
  for (const [id, kind] of Object.entries(marks)) {
    const element = registry.get(id);
    if (!element) continue;
    canvas.addMarker(id, `diff-${kind}`);
    const position = element.waypoints ? { top: 0, left: 0 } : { top: -10, right: 10 };
    overlays.add(id, "diff", { position, html: sign(kind), show: { minZoom: 0.2 } });
  }
}

function sign(kind) {
  const badge = document.createElement("span");
  badge.className = `diff-sign diff-sign--${kind}`;
  badge.textContent = SIGNS[kind];
  badge.setAttribute("role", "img");
  badge.setAttribute("aria-label", t(WORDS[kind]));
  return badge;
}

let isFollowing = false;

/** What one shows the other shows too. */
function follow(viewers, moved, viewbox) {
  if (isFollowing) return;
  isFollowing = true;
  for (const viewer of viewers.values()) {
    if (viewer === moved) continue;
    const { x, y, width, height } = viewbox;
    viewer.get("canvas").viewbox({ x, y, width, height });
  }
  isFollowing = false;
}

function jump(root, viewers, id) {
  root.querySelector(".comparison__sides").scrollIntoView({ block: "nearest" });
  for (const viewer of viewers.values()) {
    const canvas = viewer.get("canvas");
    for (const element of viewer.get("elementRegistry").filter((one) => canvas.hasMarker(one, "diff-found"))) canvas.removeMarker(element, "diff-found");
  }
  // The newer one leads, and takes the older one along.
  for (const side of ["after", "before"]) {
    const viewer = viewers.get(side);
    const element = viewer?.get("elementRegistry").get(id);
    if (!element) continue;
    const canvas = viewer.get("canvas");
    canvas.addMarker(id, "diff-found");
    if (side === "after" || !viewers.get("after")?.get("elementRegistry").get(id)) canvas.scrollToElement(element, 80);
  }
}
