// The form editor.

import "@bpmn-io/form-js-viewer/dist/assets/form-js.css";
import "@bpmn-io/form-js-viewer/dist/assets/flatpickr/light.css";
import "@bpmn-io/form-js-editor/dist/assets/form-js-editor.css";
import "@bpmn-io/form-js-editor/dist/assets/properties-panel.css";
import "@bpmn-io/form-js-editor/dist/assets/dragula.css";
import "../lib/bio_theme.css";
import "./form_editor.css";

import { openFormBench } from "./bench.js";

for (const root of document.querySelectorAll("[data-form-editor]")) openFormBench(root);
