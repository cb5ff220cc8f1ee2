// Keys of the designer beyond bpmn-js's own (A append, N create, E label, H hand, L lasso, S space,
// C connect, Ctrl Z/Y/C/X/V/F/A).

import { fitBesidePalette } from "./fit.js";

/** @param {{modeler, canvas: HTMLElement, draft, deployment, files, toggle: (name: string) => void}} parts */
export function mountKeys({ modeler, draft, deployment, files, trial, toggle }) {
  const chords = {
    s: () => draft.save(),
    "shift+d": () => deployment.open(),
    "shift+x": () => trial.open(),
    "shift+e": () => files["export-bpmn"](),
    p: () => files.print(),
    "shift+p": () => toggle("properties"),
    "shift+m": () => toggle("problems"),
    "shift+0": () => fitBesidePalette(modeler.get("canvas")),
  };
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const chord = `${event.shiftKey ? "shift+" : ""}${keyOf(event)}`;
    const act = chords[chord];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function keyOf({ code, key }) {
  return code === "Digit0" ? "0" : key.toLowerCase();
}
