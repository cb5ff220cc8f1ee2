// The process designer.

import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/bpmn-font/css/bpmn.css";
import "@bpmn-io/properties-panel/dist/assets/properties-panel.css";
import "bpmn-js-color-picker/colors/color-picker.css";
import "diagram-js-minimap/assets/diagram-js-minimap.css";
import "../lib/bio_theme.css";
import "./modeler.css";

import { openWorkbench } from "./workbench.js";

for (const root of document.querySelectorAll("[data-modeler]")) openWorkbench(root);
