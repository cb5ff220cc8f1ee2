// The key by which a message finds its case, beside BPMN's own message entries.

import { is } from "bpmn-js/lib/util/ModelUtil";

import { attribute, expression, tick } from "./entries.js";
import { extensionOf, ownerOf } from "./extensions.js";

export function addCorrelation(element, groups) {
  const message = groups.find(({ id }) => id === "message");
  if (!message) return;
  const isStart = is(element, "bpmn:StartEvent");
  message.shouldOpen = true;
  message.entries.push(
    expression({
      id: "work-correlation-key",
      label: "Correlation key",
      description: isStart ? "Optional: keeps one case per key" : "Which case is meant, for example =customer_number",
      ...attribute("work:Correlation", "key"),
    }),
  );
  if (isStart && extensionOf(ownerOf(element), "work:Correlation")) message.entries.push(unique());
}

function unique() {
  const { read, write } = attribute("work:Correlation", "unique");
  return tick({
    id: "work-correlation-unique",
    label: "Only one running case per key",
    read: (element) => read(element) === "true",
    write: (element, chosen, services) => write(element, chosen ? "true" : "", services),
  });
}
