// A multi-instance activity: for which items, and when it is enough.

import { is } from "bpmn-js/lib/util/ModelUtil";

import { attribute, expression, group, text } from "./entries.js";
import { create, ownerOf } from "./extensions.js";

export function repeatGroups(element) {
  const loop = ownerOf(element).get?.("loopCharacteristics");
  if (!loop || !is(loop, "bpmn:MultiInstanceLoopCharacteristics")) return [];
  return [
    group(
      "work-repeat",
      "Repeat for each",
      [
        expression({
          id: "work-repeat-collection",
          label: "Items",
          description: "A list, for example =order.lines",
          ...attribute("work:Collection", "value"),
        }),
        text({
          id: "work-repeat-item",
          label: "Name of one item",
          description: "The variable that holds the present item",
          ...attribute("work:Collection", "item"),
        }),
        loopExpression(loop, "loopCardinality", "Or how many times", "A number or an expression"),
        loopExpression(loop, "completionCondition", "Enough when", "For example =rejected, then the rest is cancelled"),
      ],
      { isOpen: true },
    ),
  ];
}

function loopExpression(loop, property, label, description) {
  return expression({
    id: `work-repeat-${property}`,
    label,
    description,
    read: () => loop.get(property)?.get("body") ?? "",
    write: (element, changed, { modeling, bpmnFactory }) => {
      const body = changed && create(bpmnFactory, "bpmn:FormalExpression", { body: changed }, loop);
      modeling.updateModdleProperties(element, loop, { [property]: body || undefined });
    },
  });
}
