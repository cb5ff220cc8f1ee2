// A script task: FEEL whose value goes to a variable, or Python in a sandbox.

import { is } from "bpmn-js/lib/util/ModelUtil";

import { t } from "../../lib/texts.js";
import { area, attribute, choice, expression, group, text } from "./entries.js";
import { ownerOf } from "./extensions.js";

export function scriptGroups(element) {
  if (!is(element, "bpmn:ScriptTask")) return [];
  const owner = ownerOf(element);
  const format = owner.get("scriptFormat") ?? "";
  const property = (name, clean = (changed) => changed) => ({
    read: () => owner.get(name) ?? "",
    write: (shape, changed, { modeling }) => modeling.updateProperties(shape, { [name]: clean(changed) || undefined }),
  });
  const script = { id: "work-script-text", label: "Script" };
  const bare = (changed) => changed?.replace(/^=/, "");
  return [
    group(
      "work-script",
      "Script",
      [
        choice({ id: "work-script-format", label: "Language", options: () => languages(format), ...property("scriptFormat") }),
        format === "feel"
          ? expression({ ...script, ...property("script", bare) })
          : area({ ...script, monospace: true, rows: 6, ...property("script") }),
        format === "feel" &&
          text({ id: "work-script-result", label: "Result variable", ...attribute("work:Result", "variable") }),
      ],
      { isOpen: true },
    ),
  ];
}

function languages(current) {
  const known = [
    { value: "", label: t("Choose") },
    { value: "feel", label: "FEEL" },
    { value: "python", label: t("Python (sandbox)") },
  ];
  if (known.some((one) => one.value === current)) return known;
  return [...known, { value: current, label: t("{name} (not executed)", { name: current }) }];
}
