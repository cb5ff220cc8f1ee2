// How long a case, a stage or a task may take in working time, what happens on the way there, and
// where the clock stands still.

import { ListGroup } from "@bpmn-io/properties-panel";
import { is } from "bpmn-js/lib/util/ModelUtil";

import { inWords } from "../../lib/durations.js";
import { t } from "../../lib/texts.js";
import { attribute, choice, group, own, rows, text, value } from "./entries.js";
import { addExtension, create, extensionsOf, ownerOf, removeExtension } from "./extensions.js";

export function serviceLevelGroups(element, context) {
  const owner = ownerOf(element);
  const isProcess = is(owner, "bpmn:Process");
  const groups = [];
  if (isProcess || is(owner, "bpmn:Activity")) {
    groups.push(levels(element, owner, isProcess, context));
    for (const [index, sla] of extensionsOf(owner, "work:Sla").entries()) groups.push(points(element, sla, index, context));
  }
  if (waits(owner)) groups.push(outside());
  return groups;
}

function levels(element, owner, isProcess, { services, catalogue }) {
  return rows({
    id: "work-slas",
    label: "Service levels",
    element,
    rows: extensionsOf(owner, "work:Sla"),
    title: (row) => row.get("name") || row.get("target") || row.get("decision"),
    fields: (row, id) => [
      text({ id: `${id}-name`, label: "Name", description: "What people call it: Answer in five days", ...own(row, "name") }),
      value({ id: `${id}-target`, label: "May take", description: targetHint(row), ...own(row, "target") }),
      choice({
        id: `${id}-decision`,
        label: "Or a decision says",
        description: "It gives a target, by the variables of the case",
        options: () => catalogue.options("decisions", row.get("decision"), t("No decision")),
        ...own(row, "decision"),
      }),
      value({ id: `${id}-calendar`, label: "Calendar", description: "Empty: that of the team's queue", ...own(row, "calendar") }),
      ...(isProcess ? ends(row, id) : []),
      choice({
        id: `${id}-pause`,
        label: "Stands still while waiting for",
        options: () => [
          { value: "", label: t("Customer or partner") },
          { value: "customer", label: t("The customer only") },
          { value: "partner", label: t("A partner only") },
          { value: "customer, partner, message", label: t("Any message") },
          { value: "none", label: t("Nobody: it never stands still") },
        ],
        ...own(row, "pause"),
      }),
    ],
    add: () => addExtension(services, element, "work:Sla", { name: "", target: "P2D" }),
    remove: (row) => removeExtension(services, element, row),
  });
}

function ends(row, id) {
  return [
    text({ id: `${id}-from`, label: "From", description: "Id of the element it begins at; empty: the start", ...own(row, "from") }),
    text({ id: `${id}-until`, label: "Until", description: "Id of the element it ends with; empty: the end", ...own(row, "until") }),
  ];
}

function points(element, sla, index, { services: { modeling, bpmnFactory } }) {
  const list = sla.get("points");
  const name = sla.get("name") || t("Service level {number}", { number: index + 1 });
  const id = `work-sla-points-${index}`;
  return {
    ...rows({
      id,
      label: "",
      element,
      rows: list,
      title: (row) => `${t(KINDS[row.get("kind")] ?? KINDS.breach)} ${row.get("at") ?? ""}`.trim(),
      fields: (row, rowId) => [
        choice({
          id: `${rowId}-kind`,
          label: "What it is",
          options: () => Object.entries(KINDS).map(([key, label]) => ({ value: key, label: t(label) })),
          ...own(row, "kind"),
        }),
        value({ id: `${rowId}-at`, label: "At", description: "75% of the time, or PT4H before its end", ...own(row, "at") }),
        value({ id: `${rowId}-notify`, label: "Write a mail to", description: "assignee, candidates, leaders, owner, names", ...own(row, "notify") }),
        choice({
          id: `${rowId}-priority`,
          label: "Priority from then on",
          options: () => [
            { value: "", label: t("As it is") },
            { value: "high", label: t("High") },
            { value: "urgent", label: t("Urgent") },
          ],
          ...own(row, "priority"),
        }),
        value({ id: `${rowId}-assign`, label: "Pass tasks on to", description: "A group or a person", ...own(row, "assign") }),
        value({ id: `${rowId}-escalate`, label: "Escalate", description: "Code of an escalation that an event catches", ...own(row, "escalate") }),
      ],
      add: () => {
        const added = create(bpmnFactory, "work:Point", { kind: "atRisk", at: "75%" }, sla);
        modeling.updateModdleProperties(element, sla, { points: [...list, added] });
      },
      remove: (row) => modeling.updateModdleProperties(element, sla, { points: list.filter((one) => one !== row) }),
    }),
    component: ListGroup,
    label: t("On the way: {name}", { name }),
  };
}

function outside() {
  return group("work-waits-for", "Waits for", [
    choice({
      id: "work-waits-for-party",
      label: "Who has the next move",
      description: "Service levels stand still while the case waits here",
      options: () => [
        { value: "", label: t("We do") },
        { value: "customer", label: t("The customer") },
        { value: "partner", label: t("A partner") },
      ],
      ...attribute("work:WaitsFor", "party"),
    }),
  ]);
}

function waits(owner) {
  return ["bpmn:Activity", "bpmn:IntermediateCatchEvent", "bpmn:EventBasedGateway"].some((kind) => is(owner, kind));
}

function targetHint(row) {
  const words = inWords(row.get("target") ?? "", t);
  return words ? t("Means {words}", { words }) : t("Working time: PT4H is 4 hours, P2D 2 days");
}

const KINDS = { reminder: "Reminder", atRisk: "At risk", breach: "Late" };
