// Fingers: one pans sideways (and leaves up and down to the page), two pan and zoom.

export function addTouch(container, viewer) {
  const canvas = viewer.get("canvas");
  const fingers = new Map();

  container.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch") fingers.set(event.pointerId, point(event));
  });
  container.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    const before = [...fingers.values()];
    fingers.set(event.pointerId, point(event));
    const after = [...fingers.values()];
    canvas.scroll(difference(middle(before), middle(after)));
    if (after.length !== 2) return;
    const factor = distance(after) / Math.max(distance(before), 1);
    canvas.zoom(Math.min(4, Math.max(0.2, canvas.zoom() * factor)), local(container, middle(after)));
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) {
    container.addEventListener(end, (event) => fingers.delete(event.pointerId));
  }
}

const point = ({ clientX, clientY }) => ({ x: clientX, y: clientY });
const difference = (from, to) => ({ dx: to.x - from.x, dy: to.y - from.y });
const distance = ([a, b]) => Math.hypot(a.x - b.x, a.y - b.y);

function middle(points) {
  const total = points.reduce((sum, { x, y }) => ({ x: sum.x + x, y: sum.y + y }), { x: 0, y: 0 });
  return { x: total.x / points.length, y: total.y / points.length };
}

function local(container, { x, y }) {
  const box = container.getBoundingClientRect();
  return { x: x - box.left, y: y - box.top };
}
