// Properties panel of the form editor: whether a field holds what is personal or secret.

import { jsx, jsxs } from "preact/jsx-runtime";

import { t } from "../lib/texts.js";

const CLASSES = [
  ["", "Nothing special"],
  ["personal", "Personal data"],
  ["secret", "A secret"],
];

class ClassProvider {
  static $inject = ["propertiesPanel"];

  constructor(propertiesPanel) {
    propertiesPanel.registerProvider(this, 400);
  }

  getGroups(field, editField) {
    return (groups) => {
      if (!field?.key && !field?.path) return groups;
      const entry = { id: "class", component: ClassEntry, field, editField, isEdited: () => Boolean(field.properties?.class) };
      return [...groups, { id: "class", label: t("What it holds"), entries: [entry] }];
    };
  }
}

function ClassEntry({ field, editField }) {
  const change = ({ target }) => {
    const properties = { ...field.properties };
    if (target.value) properties.class = target.value;
    else delete properties.class;
    editField(field, "properties", properties);
  };
  const options = CLASSES.map(([value, words]) => jsx("option", { value, children: t(words) }, value));
  return jsx("div", {
    class: "bio-properties-panel-entry",
    "data-entry-id": "class",
    children: jsxs("div", {
      class: "bio-properties-panel-select",
      children: [
        jsx("label", { for: "bio-properties-panel-class", class: "bio-properties-panel-label", children: t("The field holds") }),
        jsx("select", {
          id: "bio-properties-panel-class",
          class: "bio-properties-panel-input",
          value: field.properties?.class ?? "",
          onChange: change,
          children: options,
        }),
        jsx("div", {
          class: "bio-properties-panel-description",
          children: t("Personal data and secrets of real cases are masked where people draw and try."),
        }),
      ],
    }),
  });
}

export const classModule = {
  __init__: ["classProvider"],
  classProvider: ["type", ClassProvider],
};
