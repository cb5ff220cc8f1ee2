// Import and export of .bpmn files, and the diagram as a picture or on paper.

import { download, pick } from "../designer/download.js";
import { t } from "../lib/texts.js";
import { pictures } from "./pictures.js";

export function mountFiles(root, modeler, { read, show, name, title }) {
  const actions = {
    "export-bpmn": async () => download(await read(), `${name()}.bpmn`, "application/xml"),
    ...pictures(modeler, { name, title }),
    "import-bpmn": () => load(show),
  };
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-file]");
    if (!button) return;
    button.closest("details")?.removeAttribute("open");
    actions[button.dataset.file]?.();
  });
  root.addEventListener("dragover", (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
  root.addEventListener("drop", async (event) => {
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    await replace(show, await file.text());
  });
  return actions;
}

async function load(show) {
  const text = await pick(".bpmn,.xml");
  if (text !== null) await replace(show, text);
}

async function replace(show, text) {
  if (confirm(t("Replace the diagram of this draft by the file? Undo cannot bring it back; export it first if in doubt."))) {
    await show(text);
  }
}
