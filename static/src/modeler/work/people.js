// Who does a user or manual task, by when, in which order, and what they are told.

import { Fragment, jsx, jsxs } from "@bpmn-io/properties-panel/preact/jsx-runtime";
import { is } from "bpmn-js/lib/util/ModelUtil";

import { inWords } from "../../lib/durations.js";
import { t } from "../../lib/texts.js";
import { Promised } from "./aids.js";
import { area, attribute, choice, group, text, value } from "./entries.js";
import { extensionOf, ownerOf } from "./extensions.js";

export function peopleGroups(element, { catalogue }) {
  if (!is(element, "bpmn:UserTask") && !is(element, "bpmn:ManualTask")) return [];
  return [instructions(), assignment(element, catalogue), schedule(), priority()];
}

function instructions() {
  const spec = { id: "work-instructions", label: "Instructions", rows: 4 };
  const description = "Shown above the form. Markdown: **bold**, lists, links.";
  return group("work-instructions-group", "Instructions", [
    area({ ...spec, description, ...attribute("work:Instructions", "text") }),
  ]);
}

function assignment(element, catalogue) {
  const entry = (name, spec) => ({ id: `work-assignment-${name}`, ...spec, ...attribute("work:Assignment", name) });
  return group(
    "work-assignment",
    "Who",
    [
      value(entry("groups", { label: "Candidate groups", description: groupsHint(element, catalogue) })),
      value(entry("assignee", { label: "Assignee", description: "One person, usually an expression: =case_owner" })),
      value(entry("skills", { label: "Skills", description: "With a level where it matters: gas:2, german" })),
      value(entry("site", { label: "Site", description: "Where it is done: hamburg, or =site. Several: any of them" })),
      value(entry("exclude", { label: "Not by", description: "For four eyes: =approver" })),
      choice(
        entry("affinity", {
          label: "Same person again",
          options: () => [
            { value: "", label: t("As the queue decides") },
            { value: "case", label: t("Who already knows the case") },
            { value: "none", label: t("Anybody") },
          ],
        }),
      ),
    ],
    { isOpen: true },
  );
}

function groupsHint(element, catalogue) {
  const known = catalogue.list("groups").join(", ");
  const names = known ? t("Known groups: {names}.", { names: known }) : "";
  return () => `${t("Comma separated. Empty: the name of the lane.")} ${names}`.trim();
}

function schedule() {
  const entry = (name, spec) => ({
    id: `work-schedule-${name}`,
    ...spec,
    description: (element) => read(element, name) ?? t(spec.description),
    ...attribute("work:Schedule", name),
  });
  return group("work-schedule", "When", [
    value(entry("due", { label: "Due in", description: "In business time: PT4H is 4 hours, P2D 2 days" })),
    value(entry("remind", { label: "Remind after", description: "For example P1D" })),
    value(entry("followUp", { label: "Look again", description: "Hidden until then: P3D, or an expression" })),
    text(entry("calendar", { label: "Calendar", description: "Business hours to count in; empty: around the clock" })),
    { id: "work-schedule-promised", component: Due },
  ]);
}

/** When a task that is opened now would be due and reminded of, in the hours of its calendar. */
function Due({ element }) {
  const schedule = extensionOf(ownerOf(element), "work:Schedule");
  const calendar = schedule?.get("calendar") ?? "";
  const line = (name, label) => jsx(Promised, { text: schedule?.get(name) ?? "", calendar, label }, name);
  return jsxs(Fragment, {
    children: [line("due", t("Opened now, it would be due:")), line("remind", t("And reminded of:"))],
  });
}

function read(element, name) {
  const words = inWords(extensionOf(ownerOf(element), "work:Schedule")?.get(name) ?? "", t);
  return words && t("Means {words}", { words });
}

function priority() {
  const entry = (name, spec) => ({ id: `work-priority-${name}`, ...spec, ...attribute("work:Priority", name) });
  return group("work-priority", "Priority", [
    value(entry("class", { label: "Class", description: "What the rules of the queue order by" })),
    value(entry("weight", { label: "Weight", description: "A number; higher comes first" })),
  ]);
}
