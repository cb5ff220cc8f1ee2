// Shows a process diagram with what happened on it: see diagram.js for the attributes.

import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "../lib/bio_theme.css";
import "./viewer.css";

import { mountComparison } from "../designer/comparison.js";
import { mount } from "./diagram.js";

const mounted = new WeakSet();

function mountAll(root) {
  for (const card of root.querySelectorAll("[data-diagram]")) {
    if (mounted.has(card)) continue;
    mounted.add(card);
    mount(card);
  }
}

for (const root of document.querySelectorAll("[data-comparison]")) mountComparison(root);
mountAll(document);
document.addEventListener("htmx:afterSettle", () => mountAll(document));
