// The form of a user task or a start event: see form.js for the attributes.

import "@bpmn-io/form-js-viewer/dist/assets/form-js.css";
import "@bpmn-io/form-js-viewer/dist/assets/flatpickr/light.css";
import "../lib/bio_theme.css";
import "./task.css";

import { dropLocal } from "./drafts.js";
import { mount } from "./form.js";
import { mountPrint } from "./print.js";

for (const card of document.querySelectorAll("[data-form]")) mount(card);
mountPrint();
for (const { dataset } of document.querySelectorAll("[data-draft-gone]")) dropLocal(dataset.draftGone);
// The form editor shows its preview with this script.
document.addEventListener("form:mount", (event) => mount(event.target, { isPreview: true }));
