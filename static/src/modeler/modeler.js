// bpmn-js with everything an analyst draws with, and our vocabulary.

import BpmnModeler from "bpmn-js/lib/Modeler";
import ColorPickerModule from "bpmn-js-color-picker";
import { CreateAppendAnythingModule } from "bpmn-js-create-append-anything";
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule } from "bpmn-js-properties-panel";
import GridModule from "diagram-js-grid";
import MinimapModule from "diagram-js-minimap";

import work from "../../../engine/bpmn/work.json";
import { t } from "../lib/texts.js";
import { AidsModule } from "./aids.js";
import { ClipboardModule } from "./clipboard.js";
import WorkModule from "./work/index.js";

/** A modeler drawing into `canvas`, its panel in `properties`; `aids` are the addresses of aids.js. */
export function createModeler(canvas, properties, catalogue, aids) {
  const modeler = new BpmnModeler({
    container: canvas,
    propertiesPanel: { parent: properties, feelPopupContainer: document.body },
    catalogue,
    aids,
    moddleExtensions: { work },
    additionalModules: [
      BpmnPropertiesPanelModule,
      BpmnPropertiesProviderModule,
      WorkModule,
      CreateAppendAnythingModule,
      ColorPickerModule,
      MinimapModule,
      GridModule,
      ClipboardModule,
      AidsModule,
      { translate: ["value", t] },
    ],
  });
  // On a phone it is pushed sideways, by keys too.
  const phone = matchMedia("(max-width: 767.98px)");
  const reach = () => canvas.querySelector(".djs-palette")?.setAttribute("tabindex", phone.matches ? "0" : "-1");
  phone.addEventListener("change", reach);
  reach();
  return modeler;
}
