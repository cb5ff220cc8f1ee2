// Keeps the focus where it was when htmx swaps a fragment: on the element of the same id,
// else of the same name or address, else on the swapped fragment itself.

export function mountFocus(root) {
  let wanted = null;
  root.addEventListener("htmx:beforeSwap", (event) => {
    const focused = document.activeElement;
    wanted = event.detail.target.contains(focused) ? findAgain(focused) : null;
  });
  root.addEventListener("htmx:afterSettle", (event) => {
    if (!wanted || document.activeElement !== document.body) return;
    const fragment = event.detail.elt;
    const target = fragment.querySelector?.("[autofocus]") ?? document.querySelector(wanted) ?? fragment;
    if (target === fragment && fragment.tabIndex < 0) fragment.tabIndex = -1;
    target.focus({ preventScroll: true });
    wanted = null;
  });
}

/** A selector that finds the element after its fragment was rendered anew. */
function findAgain(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  const row = element.closest("[data-task], [data-row], tr[id]");
  const scope = row ? scopeOf(row) : "";
  for (const name of ["name", "href", "formaction", "hx-get", "hx-post", "data-key"]) {
    const value = element.getAttribute(name);
    if (value) return `${scope} ${element.localName}[${name}="${CSS.escape(value)}"]`.trim();
  }
  return scope || element.localName;
}

function scopeOf(row) {
  if (row.dataset.task) return `[data-task="${CSS.escape(row.dataset.task)}"]`;
  if (row.dataset.row) return `[data-row="${CSS.escape(row.dataset.row)}"]`;
  return `#${CSS.escape(row.id)}`;
}
