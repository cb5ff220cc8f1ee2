// Lines below a field of the panel: the value of an expression in a real case, the next firings of
// a timer, the moment a task opened now would be due.

import { jsx, jsxs } from "@bpmn-io/properties-panel/preact/jsx-runtime";
import { useEffect, useState } from "@bpmn-io/properties-panel/preact/hooks";
import { is } from "bpmn-js/lib/util/ModelUtil";
import { useService } from "bpmn-js-properties-panel";

import { t } from "../../lib/texts.js";

const WAIT_MS = 350;

/** What `ask` answers last; asked again a moment after a change of `keys` or of the chosen case. */
function useAnswer(ask, keys) {
  const aids = useService("workAids");
  const [answer, show] = useState(null);
  const [turn, next] = useState(0);
  useEffect(() => aids.onChange(() => next((count) => count + 1)), [aids]);
  useEffect(() => {
    let isLatest = true;
    const run = () => ask(aids).then((found) => isLatest && show(found));
    const timer = setTimeout(run, answer === null ? 0 : WAIT_MS);
    return () => {
      isLatest = false;
      clearTimeout(timer);
    };
  }, [...keys, turn]);
  return [answer, aids];
}

/** "In case SU-1: true": below an expression, with the choice of the case. */
export function Preview({ id, element, text }) {
  const isFeel = text.startsWith("=") && text.trim().length > 1;
  const place = placeOf(element);
  const [answer, aids] = useAnswer(
    async (from) => {
      await from.find();
      return isFeel && from.chosen ? from.preview(place, text) : null;
    },
    [text, place],
  );
  if (!isFeel || !aids.cases.length) return null;
  return jsxs("div", {
    class: "work-preview",
    children: [
      jsxs("div", { class: "work-preview__in", children: [t("In case"), " ", choiceOfCase(id, aids)] }),
      jsx("output", { class: `work-preview__value${answer?.problem ? " work-preview__value--problem" : ""}`, children: said(answer) }),
      ...notes(answer).map((words) => jsx("p", { class: "work-preview__note", children: words }, words)),
    ],
  });
}

function choiceOfCase(id, aids) {
  return jsx("select", {
    id: `${id}-case`,
    class: "work-preview__case",
    value: aids.chosen,
    "aria-label": t("Case to show the value in"),
    onChange: (event) => aids.choose(event.target.value),
    children: aids.cases.map((one) => jsx("option", { value: one.id, children: `${one.name} (${one.started})` }, one.id)),
  });
}

function said(answer) {
  if (!answer) return "…";
  return answer.problem ?? answer.value;
}

/** Why the value is what it is. */
function notes(answer) {
  if (!answer || answer.problem) return [];
  const elsewhere = answer.isThere ? [] : [t("This case was never here; its latest values are taken.")];
  return [...answer.warnings, ...elsewhere];
}

/** The next firings of a timer: "1. Mon 23 Nov 2026, 09:00" and so on. */
export function Firings({ kind, text, element }) {
  const place = placeOf(element);
  const [answer] = useAnswer(async (from) => (text.trim() ? from.firings(kind, text, { element: place }) : null), [kind, text, place]);
  return lines(answer, t("Fires next, if it were armed now:"), t("It depends on the case: choose one at a condition to see."));
}

/** When a task that is opened now would be due. */
export function Promised({ text, calendar, label }) {
  const [answer] = useAnswer(
    async (from) => (text.trim() && !text.startsWith("=") ? from.firings("schedule", text, { calendar }) : null),
    [text, calendar],
  );
  if (!text.trim() || text.startsWith("=")) return null;
  return lines(answer, label, "");
}

function lines(answer, title, otherwise) {
  if (!answer) return null;
  if (answer.problem) return jsx("p", { class: "work-aid work-aid--problem", role: "status", children: answer.problem });
  if (!answer.firings.length) return otherwise ? jsx("p", { class: "work-aid", children: otherwise }) : null;
  return jsxs("div", {
    class: "work-aid",
    role: "status",
    children: [
      jsx("p", { children: title }),
      jsx("ol", { children: answer.firings.map(({ at, words }) => jsx("li", { children: jsx("time", { dateTime: at, children: words }) }, at)) }),
    ],
  });
}

/** Where the variables are looked at: a flow is decided upon where it begins. */
function placeOf(element) {
  return is(element, "bpmn:SequenceFlow") ? element.source?.id ?? element.id : element.id;
}
