// Properties panel of the form editor: whether a group at the top of the form is a step of its own.

import { jsx, jsxs } from "preact/jsx-runtime";

import { t } from "../lib/texts.js";
import { isStep } from "../task/steps.js";

class StepProvider {
  static $inject = ["propertiesPanel", "formFieldRegistry"];

  constructor(propertiesPanel, formFieldRegistry) {
    this.fields = formFieldRegistry;
    propertiesPanel.registerProvider(this, 400);
  }

  getGroups(field, editField) {
    return (groups) => {
      const parent = field && this.fields.get(field._parent);
      if (field?.type !== "group" || parent?.type !== "default") return groups;
      const entry = { id: "step", component: StepEntry, field, editField, isEdited: () => isStep(field) };
      return [...groups, { id: "step", label: t("Step"), entries: [entry] }];
    };
  }
}

function StepEntry({ field, editField }) {
  const change = ({ target }) => {
    const properties = { ...field.properties };
    if (target.checked) properties.step = "true";
    else delete properties.step;
    editField(field, "properties", properties);
  };
  return jsx("div", {
    class: "bio-properties-panel-entry bio-properties-panel-checkbox-entry",
    "data-entry-id": "step",
    children: jsxs("div", {
      class: "bio-properties-panel-checkbox",
      children: [
        jsx("input", {
          id: "bio-properties-panel-step",
          type: "checkbox",
          class: "bio-properties-panel-input",
          checked: isStep(field),
          onChange: change,
        }),
        jsx("label", {
          for: "bio-properties-panel-step",
          class: "bio-properties-panel-label",
          children: t("Show as a step of its own"),
        }),
      ],
    }),
  });
}

export const stepModule = {
  __init__: ["stepProvider"],
  stepProvider: ["type", StepProvider],
};
