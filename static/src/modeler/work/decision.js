// Which decision a business rule task evaluates, and where its result goes.

import { jsx } from "@bpmn-io/properties-panel/preact/jsx-runtime";
import { is } from "bpmn-js/lib/util/ModelUtil";

import { t } from "../../lib/texts.js";
import { bindingEntry } from "./binding.js";
import { attribute, choice, group, text } from "./entries.js";
import { extensionOf, ownerOf } from "./extensions.js";

export function decisionGroups(element, { catalogue }) {
  if (!is(element, "bpmn:BusinessRuleTask")) return [];
  const owner = ownerOf(element);
  if (extensionOf(owner, "work:Connector")) return [];
  const key = extensionOf(owner, "work:Decision")?.get("key");
  const known = catalogue.list("decisions").length > 0;
  const picker = { id: "work-decision-key", label: "Decision", ...attribute("work:Decision", "key") };
  const result = { id: "work-decision-result", label: "Result variable", description: "Takes the decision's answer" };
  return [
    group(
      "work-decision",
      "Decision",
      [
        known
          ? choice({ ...picker, options: () => catalogue.options("decisions", key, t("No decision")) })
          : text({ ...picker, description: "The id of a decision that is deployed" }),
        key && { id: "work-decision-open", component: DecisionLink, decisionKey: key, catalogue },
        key && text({ ...result, ...attribute("work:Decision", "result") }),
        key && bindingEntry("work:Decision", "decision"),
      ],
      { isOpen: true },
    ),
  ];
}

function DecisionLink({ decisionKey, catalogue }) {
  const decision = catalogue.find("decisions", decisionKey);
  return jsx("p", {
    class: "bio-properties-panel-entry work-hint",
    children: decision
      ? jsx("a", { href: decision.url, target: "_blank", rel: "noopener", children: t("Open this decision") })
      : t("There is no decision with this key yet. Draw one, or pick another."),
  });
}
