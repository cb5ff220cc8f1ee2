// The bar shows the name and key that the model has right now.

import { is } from "bpmn-js/lib/util/ModelUtil";

export function mountTitle(root, modeler) {
  const refresh = () => {
    const process = processOf(modeler);
    if (!process) return;
    root.querySelector("[data-model-name]").textContent = process.get("name") || process.get("id");
    root.querySelector("[data-model-key]").textContent = process.get("id");
  };
  modeler.on(["commandStack.changed", "import.done"], refresh);
}

/** What the bar calls the model. */
export function titleOf(root) {
  return root.querySelector("[data-model-name]").textContent;
}

/** The first executable process of the open model, else the first. */
export function processOf(modeler) {
  const elements = modeler.getDefinitions()?.get("rootElements") ?? [];
  const processes = elements.filter((element) => is(element, "bpmn:Process"));
  return processes.find((process) => process.get("isExecutable")) ?? processes[0];
}
