// A process as a whole: who may start and see its cases, what of them is personal or secret, and by
// which variables they are found.

import { is } from "bpmn-js/lib/util/ModelUtil";

import { t } from "../../lib/texts.js";
import { attribute, choice, group, own, rows, text } from "./entries.js";
import { addExtension, extensionsOf, ownerOf, removeExtension } from "./extensions.js";

export function processGroups(element, { services }) {
  const process = ownerOf(element);
  if (!is(process, "bpmn:Process")) return [];
  const groups = (id, label, description, type) => text({ id, label, description, ...attribute(type, "groups") });
  const masked = (name, label, description) =>
    text({ id: `work-data-${name}`, label, description, ...attribute("work:Data", name) });
  return [
    group("work-process", "Cases", [
      choice({
        id: "work-business-key-unique",
        label: "Business key",
        options: () => [
          { value: "", label: t("Several active cases may share one") },
          { value: "true", label: t("One active case per business key") },
        ],
        ...attribute("work:BusinessKey", "unique"),
      }),
      groups("work-may-start", "May be started by", "Groups, comma separated; empty: as roles allow", "work:MayStart"),
      groups("work-visible", "Visible to", "Groups, comma separated; empty: as roles allow", "work:Visible"),
      masked(
        "personal",
        "Personal data",
        "Variables that no form marks, comma separated: birthday, customer.email. Masked where people draw and try.",
      ),
      masked("secret", "Secrets", "Variables, comma separated. Masked in the same places, and in whether a condition holds."),
    ]),
    rows({
      id: "work-labels",
      label: "Search cases by",
      element,
      rows: extensionsOf(process, "work:Label"),
      title: (row) => row.get("name") || row.get("variable"),
      fields: (row, id) => [
        text({ id: `${id}-variable`, label: "Variable", ...own(row, "variable") }),
        text({ id: `${id}-name`, label: "Shown as", ...own(row, "name") }),
      ],
      add: () => addExtension(services, element, "work:Label", { variable: "", name: "" }),
      remove: (row) => removeExtension(services, element, row),
    }),
  ];
}
