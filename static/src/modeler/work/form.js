// The form of a user task or a start event: picked from those that exist, opened with one click.

import { jsx } from "@bpmn-io/properties-panel/preact/jsx-runtime";
import { is } from "bpmn-js/lib/util/ModelUtil";

import { t } from "../../lib/texts.js";
import { attribute, choice, group } from "./entries.js";
import { bindingEntry } from "./binding.js";
import { extensionOf, ownerOf } from "./extensions.js";

export function formGroups(element, { catalogue }) {
  if (!is(element, "bpmn:UserTask") && !isPlainStart(element)) return [];
  const key = extensionOf(ownerOf(element), "work:Form")?.get("key");
  return [
    group(
      "work-form",
      "Form",
      [
        choice({
          id: "work-form-key",
          label: "Form",
          description: is(element, "bpmn:StartEvent") ? "Asked when a person starts a case" : undefined,
          options: () => catalogue.options("forms", key, t("No form")),
          ...attribute("work:Form", "key"),
        }),
        key && { id: "work-form-open", component: FormLink, formKey: key, catalogue },
        key && bindingEntry("work:Form", "form"),
      ],
      { isOpen: true },
    ),
  ];
}

/** A start that a person makes: no event, and not inside a sub-process. */
function isPlainStart(element) {
  if (!is(element, "bpmn:StartEvent") || is(element.parent?.businessObject ?? element, "bpmn:SubProcess")) return false;
  return !ownerOf(element).get("eventDefinitions")?.length;
}

function FormLink({ formKey, catalogue }) {
  const form = catalogue.find("forms", formKey);
  return jsx("p", {
    class: "bio-properties-panel-entry work-hint",
    children: form
      ? jsx("a", { href: form.url, target: "_blank", rel: "noopener", children: t("Open this form") })
      : t("There is no form with this key yet. Deploy one, or pick another."),
  });
}
