// When a sequence flow is taken.

import { is } from "bpmn-js/lib/util/ModelUtil";

import { create, ownerOf } from "./extensions.js";
import { expression, group, tick } from "./entries.js";

export function conditionGroups(element) {
  if (!is(element, "bpmn:SequenceFlow")) return conditionalEvent(element);
  const flow = ownerOf(element);
  const source = flow.get("sourceRef");
  if (!canChoose(source)) return [];
  const isDefault = source.get("default") === flow;
  return [
    group(
      "work-condition",
      "Condition",
      [
        hasDefault(source) &&
          tick({
            id: "work-condition-default",
            label: "Taken when no other condition holds",
            read: () => isDefault,
            write: (shape, chosen, { modeling }) =>
              modeling.updateProperties(shape.source, { default: chosen ? flow : undefined }),
          }),
        !isDefault && conditionEntry(element, flow, "conditionExpression"),
      ],
      { isOpen: true },
    ),
  ];
}

function conditionalEvent(element) {
  const definition = (ownerOf(element).get("eventDefinitions") ?? []).find((one) => is(one, "bpmn:ConditionalEventDefinition"));
  if (!definition) return [];
  return [group("work-condition", "Condition", [conditionEntry(element, definition, "condition")], { isOpen: true })];
}

function conditionEntry(element, owner, property) {
  return expression({
    id: "work-condition-text",
    label: "Taken when",
    description: 'For example =amount > 500 and region = "north"',
    read: () => owner.get(property)?.get("body") ?? "",
    write: (shape, changed, { modeling, bpmnFactory }) => {
      const body = changed && create(bpmnFactory, "bpmn:FormalExpression", { body: changed }, owner);
      modeling.updateModdleProperties(shape, owner, { [property]: body || undefined });
    },
  });
}

function hasDefault(source) {
  return source.$descriptor.propertiesByName.default !== undefined || source.$descriptor.propertiesByName["bpmn:default"] !== undefined;
}

function canChoose(source) {
  return is(source, "bpmn:Activity") || ["bpmn:ExclusiveGateway", "bpmn:InclusiveGateway", "bpmn:ComplexGateway"].some((type) => is(source, type));
}
