// Panels around the canvas: opened and closed by [data-toggle-panel="name"], sized by dragging
// their edge; both are remembered on this device.

const STEP = 24;
/** Pixels from which on a panel lies beside the canvas; `data-beside` says otherwise. */
const BESIDE = 768;

/** @param {HTMLElement} root holds [data-panel="name"] elements */
export function mountPanels(root, resized = () => {}) {
  for (const panel of root.querySelectorAll("[data-panel]")) {
    // In a narrow window a panel lies over the canvas: it opens when it is asked for.
    const isWide = matchMedia(`(min-width: ${panel.dataset.beside ?? BESIDE}px)`);
    if (!panel.hidden) {
      isWide.addEventListener("change", () => setOpen(root, panel, String(isWide.matches && recall(panel, "open") !== "false")));
    }
    setOpen(root, panel, isWide.matches ? (recall(panel, "open") ?? String(!panel.hidden)) : "false");
    const size = recall(panel, "size");
    if (size) setSize(panel, Number(size));
    const edge = panel.querySelector("[data-panel-edge]");
    if (edge) mountEdge(panel, edge, resized);
  }
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-toggle-panel]");
    if (!button) return;
    togglePanel(root, button.dataset.togglePanel);
    resized();
  });
}

/** Open or close a panel; with `isOpen` left out, the other way round. */
export function togglePanel(root, name, isOpen) {
  const panel = root.querySelector(`[data-panel="${name}"]`);
  setOpen(root, panel, String(isOpen ?? panel.hidden));
  remember(panel, "open", String(!panel.hidden));
}

/** Open a panel now, whatever the person likes at other times. */
export function openPanel(root, name) {
  setOpen(root, root.querySelector(`[data-panel="${name}"]`), "true");
}

function setOpen(root, panel, isOpen) {
  panel.hidden = isOpen !== "true";
  for (const button of root.querySelectorAll(`[data-toggle-panel="${panel.dataset.panel}"]`)) {
    button.setAttribute("aria-expanded", isOpen);
  }
}

function mountEdge(panel, edge, resized) {
  const isAcross = edge.getAttribute("aria-orientation") === "horizontal";
  const sizeOf = () => (isAcross ? panel.offsetHeight : panel.offsetWidth);
  const resize = (pixels) => {
    setSize(panel, pixels);
    remember(panel, "size", String(sizeOf()));
    edge.setAttribute("aria-valuenow", String(sizeOf()));
    resized();
  };
  edge.addEventListener("pointerdown", (event) => {
    edge.setPointerCapture(event.pointerId);
    const start = isAcross ? event.clientY : event.clientX;
    const size = sizeOf();
    const move = (at) => resize(size + start - (isAcross ? at.clientY : at.clientX));
    edge.addEventListener("pointermove", move);
    edge.addEventListener("lostpointercapture", () => edge.removeEventListener("pointermove", move), { once: true });
  });
  edge.addEventListener("keydown", (event) => {
    const grow = { ArrowLeft: STEP, ArrowUp: STEP, ArrowRight: -STEP, ArrowDown: -STEP }[event.key];
    if (!grow) return;
    event.preventDefault();
    resize(sizeOf() + grow);
  });
}

function setSize(panel, pixels) {
  panel.style.setProperty("--panel-size", `${Math.round(pixels)}px`);
}

function recall(panel, what) {
  return localStorage.getItem(`designer.${panel.dataset.panel}.${what}`);
}

function remember(panel, what, value) {
  localStorage.setItem(`designer.${panel.dataset.panel}.${what}`, value);
}
