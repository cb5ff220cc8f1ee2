// The decision editor.

import "diagram-js/assets/diagram-js.css";
import "dmn-js-shared/assets/css/dmn-js-shared.css";
import "dmn-js-drd/assets/css/dmn-js-drd.css";
import "dmn-js-decision-table/assets/css/dmn-js-decision-table.css";
import "dmn-js-decision-table/assets/css/dmn-js-decision-table-controls.css";
import "dmn-js-literal-expression/assets/css/dmn-js-literal-expression.css";
import "dmn-js-boxed-expression/assets/css/dmn-js-boxed-expression.css";
import "dmn-js-boxed-expression/assets/css/dmn-js-boxed-expression-controls.css";
import "dmn-js/dist/assets/dmn-font/css/dmn.css";
import "@bpmn-io/properties-panel/dist/assets/properties-panel.css";
import "../lib/bio_theme.css";
import "./decision_editor.css";

import { openDecisionBench } from "./bench.js";

for (const root of document.querySelectorAll("[data-decision-editor]")) openDecisionBench(root);
