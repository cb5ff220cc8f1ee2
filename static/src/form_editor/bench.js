// Puts the form editor's parts together: form-js editor, draft, problems, deployment, preview.

import { FormEditor } from "@bpmn-io/form-js-editor";

import { mountChords } from "../designer/chords.js";
import { mountComments } from "../designer/comments.js";
import { mountDeployment } from "../designer/deployment.js";
import { download, pick } from "../designer/download.js";
import { mountProblems } from "../designer/problems.js";
import { mountNotices } from "../designer/notices.js";
import { catchUp } from "../designer/opening.js";
import { mountPanels, togglePanel } from "../designer/panels.js";
import { mountDraft } from "../designer/save_state.js";
import { mountTogether } from "../designer/together.js";
import { get, Problem } from "../lib/http.js";
import { readJson } from "../lib/page.js";
import { t } from "../lib/texts.js";
import { mountRelease } from "../trial/release.js";
import { openable } from "./opening.js";
import { mountPreview } from "./preview.js";
import { classModule } from "./classes.js";
import { fixOf } from "./fixes.js";
import { stepModule } from "./steps.js";
import { offerVariables } from "./variables.js";
import { mountWords } from "./words.js";

/** @param {HTMLElement} root `[data-form-editor]`, with its JSON block `data-config` */
export async function openFormBench(root) {
  const config = readJson("config", root);
  const editor = new FormEditor({
    container: root.querySelector("[data-canvas]"),
    additionalModules: [classModule, stepModule, { translate: ["value", t] }],
  });
  mountWords(root);
  const open = (text) => openForm(root, editor, text);
  const isAsWritten = await open(config.draft.content);
  const read = () => JSON.stringify(editor.saveSchema(), null, 2);

  const draft = mountDraft(root, config, read);
  const problems = mountProblems({
    root,
    kind: "form",
    url: config.urls.check,
    read,
    show: ({ element }) => select(editor, element),
    fixOf: (problem) => fixOf(editor, problem),
  });
  const deployment = mountDeployment({ root, config, draft, problems });
  mountRelease({ root, config, draft });
  mountNotices();
  mountPanels(root);
  const preview = mountPreview(root, editor);
  mountFiles(root, editor, { read, problems, open });
  mountHistory(root, editor);
  const refresh = () => (root.querySelector("[data-model-key]").textContent = editor.saveSchema().id);
  editor.on("changed", () => {
    draft.changed();
    problems.changed();
    refresh();
  });
  mountChords({
    s: () => draft.save(),
    "shift+d": () => deployment.open(),
    "shift+m": () => togglePanel(root, "problems"),
  });
  const comments = mountComments({ root, config });
  const presence = mountTogether({ root, config, draft, comments, load: open });
  root.dataset.ready = "";
  if (!isAsWritten) draft.changed();
  catchUp({ problems, comments, presence });
  await fillIn(editor, preview, config.urls.form_data);
}

/** Show a form; false where fields had to be given other keys for that, which the page then tells. */
async function openForm(root, editor, text) {
  const place = root.querySelector("[data-open-problem]");
  place.hidden = true;
  try {
    const { schema, renamed } = openable(JSON.parse(text));
    await editor.importSchema(schema);
    if (!renamed.length) return true;
    const keys = renamed.map(({ from, to }) => `${from} → ${to}`).join(", ");
    place.textContent = t("Several fields wrote to one place, so the later ones have keys of their own now: {keys}", { keys });
    place.hidden = false;
    return false;
  } catch (error) {
    place.textContent = t("This file cannot be drawn: {message}", { message: error.message });
    place.hidden = false;
    throw error;
  }
}

/** What the processes that show the form know of: keys to take, and data to try it on. */
async function fillIn(editor, preview, url) {
  try {
    const { variables, sample } = await get(url);
    offerVariables(editor, variables);
    preview.fill(sample);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    preview.fill(null);
  }
}

function select(editor, id) {
  const registry = editor.get("formFieldRegistry");
  const field = registry.get(id) ?? registry.getAll().find(({ key }) => key === id);
  if (field) editor.get("selection").set(field);
}

function mountHistory(root, editor) {
  const stack = editor.get("commandStack");
  const undo = root.querySelector("[data-undo]");
  const redo = root.querySelector("[data-redo]");
  const refresh = () => {
    undo.disabled = !stack.canUndo();
    redo.disabled = !stack.canRedo();
  };
  undo.addEventListener("click", () => stack.undo());
  redo.addEventListener("click", () => stack.redo());
  // "changed" comes while a command runs: only then it can be taken back.
  editor.on("commandStack.changed", refresh);
  refresh();
}

function mountFiles(root, editor, { read, problems, open }) {
  const actions = {
    "export-form": () => download(read(), `${editor.saveSchema().id}.form`, "application/json"),
    "import-form": () => load(open, problems),
  };
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-file]");
    button?.closest("details")?.removeAttribute("open");
    actions[button?.dataset.file]?.();
  });
}

async function load(open, problems) {
  const text = await pick(".form,.json");
  if (text === null) return;
  if (!confirm(t("Replace this draft by the file? Export it first if in doubt."))) return;
  await open(text);
  await problems.report();
}
