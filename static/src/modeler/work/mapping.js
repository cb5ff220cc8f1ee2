// Local variables that go into an activity, and process variables that come out of it.

import { is } from "bpmn-js/lib/util/ModelUtil";

import { own, rows, text, value } from "./entries.js";
import { addExtension, extensionsOf, ownerOf, removeExtension } from "./extensions.js";

export function mappingGroups(element, { services }) {
  if (!is(element, "bpmn:Activity") || is(element, "bpmn:CallActivity")) return [];
  return [
    mappings(element, services, "work:Input", "Inputs", "Local variable"),
    mappings(element, services, "work:Output", "Outputs", "Process variable"),
  ];
}

function mappings(element, services, type, label, nameLabel) {
  return rows({
    id: type.replace(":", "-").toLowerCase(),
    label,
    element,
    rows: extensionsOf(ownerOf(element), type),
    title: (row) => row.get("name"),
    fields: (row, id) => [
      text({ id: `${id}-name`, label: nameLabel, ...own(row, "name") }),
      value({ id: `${id}-value`, label: "Value", description: "A literal, or an expression after =", ...own(row, "value") }),
    ],
    add: () => addExtension(services, element, type, { name: "", value: "" }),
    remove: (row) => removeExtension(services, element, row),
  });
}
