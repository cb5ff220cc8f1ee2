// Timers without knowing ISO 8601 or cron: a pattern and its numbers become the text.

import { jsx, jsxs } from "@bpmn-io/properties-panel/preact/jsx-runtime";
import { useState } from "@bpmn-io/properties-panel/preact/hooks";
import { useService } from "bpmn-js-properties-panel";

import { t } from "../../lib/texts.js";
import { PATTERNS, textOf } from "../timer_text.js";

/** An entry that writes the text of a timer of a kind; there is none for moments given by the case. */
export function patterns(kind, text, write) {
  return { id: "work-timer-pattern", component: Picker, kind, text, write };
}

function Picker({ kind, element, write }) {
  const injector = useService("injector");
  const [wanted, want] = useState({ pattern: PATTERNS[kind][0].key, count: "1", unit: "H", time: "09:00", day: "1", moment: "" });
  const pattern = PATTERNS[kind].find(({ key }) => key === wanted.pattern) ?? PATTERNS[kind][0];
  const set = (name) => (event) => want({ ...wanted, [name]: event.target.value });
  const text = textOf(pattern.key, wanted);
  const use = () => {
    const services = { modeling: injector.get("modeling"), bpmnFactory: injector.get("bpmnFactory"), injector };
    write(element, text, services);
  };
  const fields = pattern.asks.map((name) => FIELDS[name](wanted[name], set(name)));
  return jsxs("fieldset", {
    class: "work-picker",
    children: [
      jsx("legend", { children: t("Pick a time") }),
      PATTERNS[kind].length > 1 &&
        select("pattern", t("Pattern"), pattern.key, set("pattern"), PATTERNS[kind].map(({ key, label }) => [key, t(label)])),
      ...fields,
      jsx("button", { type: "button", class: "btn btn-sm", disabled: !text, onClick: use, children: t("Take it") }),
    ],
  });
}

const UNITS = [["M", "minutes"], ["H", "hours"], ["D", "days"], ["W", "weeks"], ["MONTH", "months"]];
const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

const FIELDS = {
  count: (value, set) => input("count", t("How many"), "number", value, set, { min: 1, max: 999 }),
  unit: (value, set) => select("unit", t("Unit"), value, set, UNITS.map(([key, label]) => [key, t(label)])),
  time: (value, set) => input("time", t("Time, UTC"), "time", value, set),
  day: (value, set) => select("day", t("Day"), value, set, DAYS.map((name, index) => [String(index + 1), t(name)])),
  date: (value, set) => input("date", t("Day of the month"), "number", value ?? "1", set, { min: 1, max: 28 }),
  moment: (value, set) => input("moment", t("Moment, in your time zone"), "datetime-local", value, set),
};

function input(name, label, type, value, onInput, more = {}) {
  return jsx("input", { class: "form-control", id: `work-timer-${name}`, type, value, onInput, "aria-label": label, title: label, ...more }, name);
}

function select(name, label, value, onChange, options) {
  const children = options.map(([key, words]) => jsx("option", { value: key, children: words }, key));
  return jsx("select", { class: "form-select", id: `work-timer-${name}`, value, onChange, "aria-label": label, title: label, children }, name);
}
