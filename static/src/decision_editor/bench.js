// Puts the decision editor's parts together: dmn-js, draft, problems, deployment, tries.

import { mountChords } from "../designer/chords.js";
import { mountComments } from "../designer/comments.js";
import { mountDeployment } from "../designer/deployment.js";
import { download, pick } from "../designer/download.js";
import { mountNotices } from "../designer/notices.js";
import { catchUp } from "../designer/opening.js";
import { mountPanels, togglePanel } from "../designer/panels.js";
import { mountProblems } from "../designer/problems.js";
import { mountDraft } from "../designer/save_state.js";
import { mountTogether } from "../designer/together.js";
import { readJson } from "../lib/page.js";
import { t } from "../lib/texts.js";
import { mountRelease } from "../trial/release.js";
import { mountBrackets } from "./brackets.js";
import { fixOf } from "./fixes.js";
import { mountHistory } from "./history.js";
import { Marks, mountRowTroubles } from "./marks.js";
import { createModeler, onChange } from "./modeler.js";
import { mountPaging } from "./paging.js";
import { mountPasting } from "./pasting.js";
import { mountTryOut } from "./try_out.js";
import { mountUsers } from "./users.js";
import { editable } from "./versions.js";
import { mountViews } from "./views.js";

/** @param {HTMLElement} root `[data-decision-editor]`, with its JSON block `data-config` */
export async function openDecisionBench(root) {
  const config = readJson("config", root);
  const canvas = root.querySelector("[data-canvas]");
  const modeler = createModeler(canvas, root.querySelector("[data-properties]"), config.catalogue.functions);
  const read = async () => (await modeler.saveXML({ format: true })).xml;
  const marks = new Marks(canvas, modeler);
  mountPanels(root, () => resized(modeler));
  mountViews(root.querySelector("[data-views]"), modeler);
  mountHistory(root, modeler);
  mountBrackets(canvas);
  mountPasting(canvas, modeler);
  mountPaging(root.querySelector("[data-pages]"), modeler, () => marks.refresh());
  const tryOut = mountTryOut({ root, url: config.urls.try, read, light: (ids) => marks.matched(ids) });

  const draft = mountDraft(root, config, read);
  const problems = mountProblems({
    root,
    kind: "decision",
    url: config.urls.check,
    read,
    show: ({ element }) => marks.show(element),
    fixOf: (problem) => fixOf(modeler, problem),
    mark: (found, { decisions = [] }) => {
      marks.problems(found);
      if (tryOut.offer(decisions)) follow(root, modeler, tryOut);
      title(root, decisions);
    },
  });
  const deployment = mountDeployment({ root, config, draft, problems });
  mountRelease({ root, config, draft });
  mountNotices();
  mountUsers(root, config.users);
  mountRowTroubles(canvas, () => togglePanel(root, "problems", true));
  mountFiles(root, modeler, { read, problems, key: () => config.draft.key });
  mountChords({
    s: () => draft.save(),
    "shift+d": () => deployment.open(),
    "shift+m": () => togglePanel(root, "problems"),
    "shift+p": () => togglePanel(root, "properties"),
  });
  onChange(modeler, () => {
    draft.changed();
    problems.changed();
    tryOut.stale();
  });
  modeler.on("import.render.complete", () => follow(root, modeler, tryOut));

  await open(root, modeler, config.draft.content);
  const comments = mountComments({ root, config });
  const presence = mountTogether({ root, config, draft, comments, load: (xml) => open(root, modeler, xml) });
  root.dataset.ready = "";
  catchUp({ problems, comments, presence });
}

async function open(root, modeler, xml) {
  const place = root.querySelector("[data-open-problem]");
  place.hidden = true;
  try {
    const { warnings } = await modeler.importXML(editable(xml), { open: false });
    if (warnings.length) tell(place, t("Part of this file cannot be kept: {message}", { message: warnings[0].message }));
    // A file with one table is that table to an analyst.
    const logic = modeler.getViews().filter(({ type }) => type !== "drd");
    await modeler.open(logic.length === 1 ? logic[0] : modeler.getViews()[0]);
  } catch (error) {
    tell(place, t("This file cannot be drawn: {message}", { message: error.message }));
    throw error;
  }
}

function tell(place, sentence) {
  place.textContent = sentence;
  place.hidden = false;
}

/** The panels tell of the view that is open. */
function follow(root, modeler, tryOut) {
  const view = modeler.getActiveView();
  root.dataset.view = view?.type ?? "";
  if (view && view.type !== "drd") tryOut.choose(view.id);
}

function resized(modeler) {
  if (modeler.getActiveView()?.type === "drd") modeler.getActiveViewer().get("canvas").resized();
}

function title(root, decisions) {
  if (!decisions.length) return;
  root.querySelector("[data-model-name]").textContent = decisions[0].name;
  root.querySelector("[data-model-key]").textContent = decisions[0].key;
}

function mountFiles(root, modeler, { read, problems, key }) {
  const actions = {
    "export-dmn": async () => download(await read(), `${key()}.dmn`, "application/xml"),
    "import-dmn": () => load(root, modeler, problems),
  };
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-file]");
    button?.closest("details")?.removeAttribute("open");
    actions[button?.dataset.file]?.();
  });
}

async function load(root, modeler, problems) {
  const text = await pick(".dmn,.xml");
  if (text === null) return;
  if (!confirm(t("Replace this draft by the file? Export it first if in doubt."))) return;
  await open(root, modeler, text);
  await problems.report();
}
