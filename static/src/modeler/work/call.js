// The process a call activity calls, and what goes in and comes out.

import { is } from "bpmn-js/lib/util/ModelUtil";

import { t } from "../../lib/texts.js";
import { bindingEntry } from "./binding.js";
import { choice, group, own, rows, text, tick, value } from "./entries.js";
import { addExtension, extensionsOf, ownerOf, removeExtension } from "./extensions.js";

export function callGroups(element, { catalogue, services }) {
  if (!is(element, "bpmn:CallActivity")) return [];
  const owner = ownerOf(element);
  const called = owner.get("calledElement");
  const property = {
    id: "work-call-element",
    label: "Process",
    read: () => called ?? "",
    write: (shape, changed, { modeling }) => modeling.updateProperties(shape, { calledElement: changed || undefined }),
  };
  return [
    group(
      "work-call",
      "Called process",
      [
        choice({ ...property, options: () => catalogue.options("processes", called, t("No process")) }),
        called && bindingEntry("work:Call", "process"),
        tick({ id: "work-call-in-all", label: "Hand all variables over", ...all(services, element, "work:In") }),
        tick({ id: "work-call-out-all", label: "Take all variables back", ...all(services, element, "work:Out") }),
      ],
      { isOpen: true },
    ),
    passing(element, services, "work:In", "Hand over"),
    passing(element, services, "work:Out", "Take back"),
  ];
}

function all(services, element, type) {
  const find = () => extensionsOf(ownerOf(element), type).find((one) => one.get("all") === "true");
  return {
    read: () => find() !== undefined,
    write: (shape, isAll) => {
      if (isAll) addExtension(services, shape, type, { all: "true" });
      else removeExtension(services, shape, find());
    },
  };
}

function passing(element, services, type, label) {
  const id = `work-call-${type.slice(5).toLowerCase()}`;
  return rows({
    id,
    label,
    element,
    rows: extensionsOf(ownerOf(element), type).filter((one) => one.get("all") !== "true"),
    title: (row) => row.get("target") || row.get("source"),
    fields: (row, rowId) => [
      value({ id: `${rowId}-source`, label: "From", description: "A variable, or an expression", ...own(row, "source") }),
      text({ id: `${rowId}-target`, label: "To variable", ...own(row, "target") }),
    ],
    add: () => addExtension(services, element, type, { source: "", target: "" }),
    remove: (row) => removeExtension(services, element, row),
  });
}
