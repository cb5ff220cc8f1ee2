// dmn-js with what our engine knows: FEEL alone, its functions, and a panel beside the overview.

import DmnModeler from "dmn-js/lib/Modeler";
import { DmnPropertiesPanelModule, DmnPropertiesProviderModule } from "dmn-js-properties-panel";

import { t } from "../lib/texts.js";
import { languageOf } from "../modeler/feel.js";
import { PagingModule } from "./paging.js";
import { PastingModule } from "./pasting.js";

const FEEL = { options: [{ value: "feel", label: "FEEL" }], defaults: { editor: "feel" } };

/** An editor of decisions in `canvas`, its panel in `properties`; `functions` are FEEL's names. */
export function createModeler(canvas, properties, functions) {
  return new DmnModeler({
    container: canvas,
    height: "100%",
    common: { expressionLanguages: FEEL, feelLanguageContext: languageOf(functions) },
    drd: {
      propertiesPanel: { parent: properties },
      additionalModules: [DmnPropertiesPanelModule, DmnPropertiesProviderModule, words],
    },
    decisionTable: { additionalModules: [words, PagingModule, PastingModule] },
    literalExpression: { additionalModules: [words] },
    boxedExpression: { additionalModules: [words] },
  });
}

const words = { translate: ["value", t] };

/** Call `heard` after each change that a person makes or takes back, in any view. */
export function onChange(modeler, heard) {
  modeler.on("viewer.created", ({ viewer }) => {
    viewer.on("commandStack.changed", ({ trigger }) => {
      if (trigger !== "clear") heard();
    });
  });
}
