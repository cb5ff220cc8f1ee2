// Puts the designer's parts together: canvas, panel, draft, problems, deployment, files, keys.

import { mountComments } from "../designer/comments.js";
import { mountDeployment } from "../designer/deployment.js";
import { mountNotices } from "../designer/notices.js";
import { catchUp } from "../designer/opening.js";
import { mountPanels, togglePanel } from "../designer/panels.js";
import { mountProblems } from "../designer/problems.js";
import { mountDraft } from "../designer/save_state.js";
import { mountTogether } from "../designer/together.js";
import { readJson } from "../lib/page.js";
import { t } from "../lib/texts.js";
import { mountTrial } from "../trial/index.js";
import { mountRelease } from "../trial/release.js";
import { commentHooks } from "./comment_marks.js";
import { mountFiles } from "./files.js";
import { fitBesidePalette } from "./fit.js";
import { fixOf } from "./fixes/index.js";
import { mountHistory } from "./history.js";
import { mountKeys } from "./keys.js";
import { createModeler } from "./modeler.js";
import { markProblems, showElement } from "./marks.js";
import { keepVariables, lostReferences } from "./references.js";
import { mountTitle, titleOf } from "./title.js";
import { mountZoom } from "./zoom.js";

/** @param {HTMLElement} root `[data-modeler]`, with its JSON block `data-config` */
export async function openWorkbench(root) {
  const config = readJson("config", root);
  const canvas = root.querySelector("[data-canvas]");
  const modeler = createModeler(canvas, root.querySelector("[data-properties]"), config.catalogue, config.urls);
  keepVariables(modeler);
  mountPanels(root);
  // Of the window, and of the panels around it: the palette takes one column or two.
  new ResizeObserver(() => modeler.get("canvas").resized()).observe(canvas);
  const read = async () => (await modeler.saveXML({ format: true })).xml;

  const draft = mountDraft(root, config, read);
  const problems = mountProblems({
    root,
    kind: "process",
    url: config.urls.check,
    read,
    show: (problem) => showElement(modeler, problem.element),
    mark: (found) => markProblems(modeler, found),
    fixOf: (problem) => fixOf(modeler, problem),
    opened: () => fitBesidePalette(modeler.get("canvas")),
  });
  const deployment = mountDeployment({ root, config, draft, problems });
  mountRelease({ root, config, draft });
  const bring = async (xml) => {
    await open(root, modeler, xml);
    await problems.report();
  };
  const files = mountFiles(root, modeler, { read, show: bring, name: () => config.draft.key, title: () => titleOf(root) });
  mountZoom(canvas, modeler);
  mountHistory(root, modeler);
  mountTitle(root, modeler);
  mountNotices();
  const show = (id) => showElement(modeler, id);
  const trial = mountTrial({ root, modeler, config, draft, show, fit: () => fitBesidePalette(modeler.get("canvas")) });
  mountKeys({ modeler, canvas, trial, draft, deployment, files, toggle: (name) => togglePanel(root, name) });

  await open(root, modeler, config.draft.content);
  modeler.on(["commandStack.changed", "import.done"], () => {
    draft.changed();
    problems.changed();
  });
  const comments = mountComments({ root, config, ...commentHooks(modeler, show) });
  const presence = mountTogether({ root, config, draft, comments, load: (xml) => open(root, modeler, xml), isBusy: () => isDrawing(root, modeler) });
  // N, A and the other keys work from the first moment on.
  if (document.activeElement === document.body) modeler.get("canvas").focus();
  root.dataset.ready = "";
  catchUp({ problems, comments, presence });
}

/** In the middle of a move, a name or a test-run nothing is put under the person's hands. */
function isDrawing(root, modeler) {
  const isRunning = root.querySelector("[data-panel=trial]:not([hidden])") !== null;
  return isRunning || Boolean(modeler.get("dragging").context()) || modeler.get("directEditing").isActive();
}

async function open(root, modeler, xml) {
  const place = root.querySelector("[data-open-problem]");
  place.hidden = true;
  try {
    const { warnings } = await modeler.importXML(xml);
    const lost = lostReferences(warnings);
    if (lost.length) tell(place, t("The file names what it does not hold; saving leaves it out: {names}", { names: lost.join(", ") }));
  } catch (error) {
    tell(place, t("This file cannot be drawn: {message}", { message: error.message }));
    throw error;
  }
  fitBesidePalette(modeler.get("canvas"));
}

function tell(place, sentence) {
  place.textContent = sentence;
  place.hidden = false;
}
