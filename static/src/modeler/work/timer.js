// When a timer fires: an instant, a span of time, or again and again. Plain ISO 8601, cron or FEEL.

import { is } from "bpmn-js/lib/util/ModelUtil";

import { inWords } from "../../lib/durations.js";
import { t } from "../../lib/texts.js";
import { Firings } from "./aids.js";
import { choice, group, text } from "./entries.js";
import { create, ownerOf } from "./extensions.js";
import { patterns } from "./patterns.js";

const KINDS = {
  timeDuration: ["After a span of time", "PT4H is 4 hours, P5D 5 days; or an expression"],
  timeDate: ["At an instant", "2027-01-31T09:00:00+01:00; or an expression such as meeting_at"],
  timeCycle: ["Again and again", "R3/PT10M three times every 10 minutes; R/P1D daily; cron such as 0 9 * * 1-5"],
};

/** What the server calls them. */
const FIRED_AS = { timeDuration: "duration", timeDate: "date", timeCycle: "cycle" };

export function timerGroups(element) {
  const definition = (ownerOf(element).get("eventDefinitions") ?? []).find((one) => is(one, "bpmn:TimerEventDefinition"));
  if (!definition) return [];
  const kind = Object.keys(KINDS).find((name) => definition.get(name)) ?? "";
  const body = () => definition.get(kind)?.get("body") ?? "";
  return [
    group(
      "work-timer",
      "Timer",
      [
        choice({
          id: "work-timer-kind",
          label: "Fires",
          options: () => [{ value: "", label: t("Choose") }, ...Object.entries(KINDS).map(([name, [label]]) => ({ value: name, label: t(label) }))],
          read: () => kind,
          write: (shape, changed, services) => write(services, shape, definition, changed, kind ? body() : ""),
        }),
        kind &&
          text({
            id: "work-timer-value",
            label: "When",
            description: () => meaning(body()) ?? t(KINDS[kind][1]),
            read: body,
            write: (shape, changed, services) => write(services, shape, definition, kind, changed),
          }),
        kind && { id: "work-timer-firings", component: Firings, kind: FIRED_AS[kind], text: body() },
        kind && patterns(kind, body(), (shape, text, services) => write(services, shape, definition, kind, text)),
        kind === "timeCycle" && catchUp(definition),
      ],
      { isOpen: true },
    ),
  ];
}

function write({ modeling, bpmnFactory }, element, definition, kind, body) {
  const properties = Object.fromEntries(Object.keys(KINDS).map((name) => [name, undefined]));
  if (kind) properties[kind] = create(bpmnFactory, "bpmn:FormalExpression", { body: body ?? "" }, definition);
  modeling.updateModdleProperties(element, definition, properties);
}

function meaning(body) {
  const words = inWords(body, t);
  return words && t("Means {words}", { words });
}

function catchUp(definition) {
  return choice({
    id: "work-timer-catch-up",
    label: "After a stop of the platform",
    options: () => [
      { value: "", label: t("Once for all that was missed") },
      { value: "all", label: t("Once for each that was missed") },
    ],
    read: () => definition.get("work:catchUp") ?? "",
    write: (element, changed, { modeling }) =>
      modeling.updateModdleProperties(element, definition, { "work:catchUp": changed || undefined }),
  });
}
