// A multi-instance activity: for which items, when it is enough, and where the results go.

import { is } from "bpmn-js/lib/util/ModelUtil";

import { standIn } from "../references.js";
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
          ...collection(loop),
        }),
        text({
          id: "work-repeat-item",
          label: "Name of one item",
          description: "The variable that holds the present item",
          ...item(loop),
        }),
        loopExpression(loop, "loopCardinality", "Or how many times", "A number or an expression"),
        loopExpression(loop, "completionCondition", "Enough when", "For example =rejected, then the rest is cancelled"),
        text({
          id: "work-repeat-results",
          label: "Collect results in",
          description: "The variable that becomes a list of all results",
          read: () => loop.get("loopDataOutputRef")?.get("id") ?? "",
          write: (shape, changed, { modeling, injector }) =>
            modeling.updateModdleProperties(shape, loop, {
              loopDataOutputRef: changed ? standIn(injector.get("moddle"), changed) : undefined,
            }),
        }),
        text({
          id: "work-repeat-result",
          label: "Result of one item",
          description: "The variable that each item leaves behind",
          read: () => loop.get("outputDataItem")?.get("name") ?? "",
          write: (shape, changed, { modeling, bpmnFactory }) =>
            modeling.updateModdleProperties(shape, loop, {
              outputDataItem: changed ? create(bpmnFactory, "bpmn:DataOutput", { name: changed }, loop) : undefined,
            }),
        }),
      ],
      { isOpen: true },
    ),
  ];
}

/** Written as `work:collection`; a list that BPMN's own reference names is shown, and replaced when edited. */
function collection(loop) {
  const { read, write } = attribute("work:Collection", "value");
  return {
    read: (element) => read(element) || loop.get("loopDataInputRef")?.get("id") || "",
    write: (element, changed, services) => {
      if (loop.get("loopDataInputRef")) {
        services.modeling.updateModdleProperties(element, loop, { loopDataInputRef: undefined });
      }
      write(element, changed, services);
    },
  };
}

function item(loop) {
  const { read, write } = attribute("work:Collection", "item");
  return { read: (element) => read(element) || loop.get("inputDataItem")?.get("name") || "", write };
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
