// One tab for the overview and for each decision with logic.

import { t } from "../lib/texts.js";

const NAMES = { drd: "Overview" };

/** Keeps `place` showing the views of the file; a click opens one. */
export function mountViews(place, modeler) {
  modeler.on("views.changed", ({ views, activeView }) => {
    place.replaceChildren(...views.map((view) => tab(view, view.id === activeView?.id)));
  });
  place.addEventListener("click", (event) => {
    const button = event.target.closest("[data-view]");
    const view = modeler.getViews().find(({ id }) => id === button?.dataset.view);
    if (view) modeler.open(view);
  });
}

function tab({ id, type, name }, isActive) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.view = id;
  button.textContent = NAMES[type] ? t(NAMES[type]) : name || id;
  if (isActive) button.setAttribute("aria-current", "true");
  return button;
}
