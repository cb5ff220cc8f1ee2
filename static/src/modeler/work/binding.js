// Which version of a form, decision or process is meant.

import { t } from "../../lib/texts.js";
import { attribute, choice } from "./entries.js";
import { extensionOf, ownerOf } from "./extensions.js";

const NOUNS = { form: "form", decision: "decision", process: "process" };

export function bindingEntry(type, noun) {
  return choice({
    id: `work-${NOUNS[noun]}-binding`,
    label: "Version",
    options: (element) => options(extensionOf(ownerOf(element), type)?.get("binding")),
    ...attribute(type, "binding"),
  });
}

function options(current) {
  const known = [
    { value: "", label: t("The one deployed together with this process") },
    { value: "latest", label: t("Always the latest") },
  ];
  if (!current || current === "latest") return known;
  if (current === "deployment") return [{ ...known[0], value: current }, known[1]];
  return [...known, { value: current, label: t("Version {number}", { number: current }) }];
}
