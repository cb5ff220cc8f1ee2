// What is expected of a process, an activity or an awaited event, and who answers for it.

import { is } from "bpmn-js/lib/util/ModelUtil";

import { attribute, group, text } from "./entries.js";
import { ownerOf } from "./extensions.js";

export function expectationGroups(element) {
  const owner = ownerOf(element);
  if (!["bpmn:Process", "bpmn:Activity", "bpmn:CatchEvent"].some((kind) => is(owner, kind))) return [];
  return [
    group("work-expectation", "Expected and owned", [
      text({ id: "work-expect-wait", label: "Expected time", description: "PT4H is 4 hours", ...attribute("work:Expect", "wait") }),
      text({ id: "work-expect-cost", label: "Expected cost", description: "For example 12.50 EUR", ...attribute("work:Expect", "cost") }),
      text({ id: "work-owner-person", label: "Owner", ...attribute("work:Owner", "person") }),
      text({ id: "work-owner-group", label: "Owner group", ...attribute("work:Owner", "group") }),
    ]),
  ];
}
