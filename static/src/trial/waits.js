// What a test-run waits for, each with the way to answer it.

import { language, t } from "../lib/texts.js";
import { h } from "./dom.js";

const WORDS = {
  user_task: "Task",
  manual: "Task by hand",
  service_task: "Call",
  message: "Message",
  signal: "Signal",
  timer: "Timer",
  condition: "Condition",
  gateway: "First event wins",
  join: "Waits for other branches",
  ad_hoc: "Ad-hoc",
  choice: "Choose the way",
  failed: "Incident",
};

/** @param {{session, asking, about: object, show: (id: string) => void}} parts of the open test-run */
export function renderWaits(place, state, parts) {
  const waits = state.waits.filter(({ answer, is_leaf, kind }) => answer || is_leaf || kind === "failed");
  place.replaceChildren(
    ...waits.map((wait) =>
      h(
        "li",
        { class: "trial-wait" },
        h(
          "div",
          { class: "trial-wait__what" },
          h("button", { type: "button", class: "trial-wait__name", onclick: () => parts.show(wait.element) }, wait.name),
          h("span", { class: "trial-wait__kind" }, words(wait, state)),
        ),
        h("div", { class: "trial-wait__ways" }, actions(wait, state, parts)),
      ),
    ),
  );
}

function words(wait, state) {
  const parts = [t(WORDS[wait.kind] ?? wait.kind)];
  if (wait.event) parts.push(wait.event);
  if (wait.key !== null) parts.push(t("key {key}", { key: wait.key }));
  if (wait.due_at) parts.push(moment(wait.due_at));
  if (state.incidents[wait.element]) parts.push(state.incidents[wait.element]);
  return parts.join(" · ");
}

/** A moment of the test-run, whose clock knows no zone but its own. */
export function moment(iso) {
  return new Date(iso).toLocaleString(language(), { timeZone: "UTC", weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
}

function actions(wait, state, { session, asking, about }) {
  const press = (label, act, isMain = false) =>
    h("button", { type: "button", class: `btn btn-sm${isMain ? " btn-primary" : ""}`, "aria-label": `${label}: ${wait.name}`, onclick: act }, label);
  const take = async (step) => (await session.take(step)).problem;
  switch (wait.answer) {
    case "complete":
      return [press(t("Complete"), () => complete(wait, take, asking, about), true)];
    case "service":
      return service(wait, take, asking, about, press);
    case "message":
      return [
        press(t("Send"), () =>
          asking.fields(
            t("Message {name}", { name: wait.event }),
            [
              { name: "key", label: t("Correlation key"), kind: "text", value: wait.key ?? "" },
              { name: "with", label: t("Variables"), kind: "json", value: {} },
            ],
            t("Send"),
            (given) => take({ message: { name: wait.event, ...(given.key ? { key: given.key } : {}), with: given.with } }),
          ),
        true),
      ];
    case "signal":
      return [press(t("Send"), () => take({ signal: { name: wait.event, with: {} } }), true)];
    case "clock":
      return wait.due_at ? [press(t("Move the clock there"), () => take({ clock: wait.due_at }))] : [];
    case "choose":
      return wait.ways.map(({ flow, name }) => press(name, () => take({ choose: { [wait.as]: flow } })));
    default:
      return [];
  }
}

function complete(wait, take, asking, about) {
  const title = wait.name;
  const done = (answers) => take({ complete: wait.as, with: answers });
  const schema = about().forms[wait.form];
  if (schema) asking.form(title, { schema, ...about().formAssets }, wait.values, done);
  else asking.fields(title, [{ name: "with", label: t("Variables it writes"), kind: "json", value: {} }], t("Complete"), (given) => done(given.with));
}

function service(wait, take, asking, about, press) {
  const samples = about().samples[wait.element] ?? [];
  const first = samples.find(({ returns }) => returns)?.returns ?? {};
  return [
    press(t("Answer"), () =>
      asking.fields(
        t("{name} answers", { name: wait.name }),
        [{ name: "returns", label: t("Variables it gives back"), kind: "json", value: first, samples }],
        t("Answer"),
        ({ returns }) => take({ service: wait.as, returns }),
      ),
    true),
    press(t("Fail"), () =>
      asking.fields(t("{name} fails", { name: wait.name }), [{ name: "fails", label: t("What it says"), kind: "text", value: t("It is down.") }], t("Let it fail"), ({ fails }) =>
        take({ service: wait.as, fails }),
      ),
    ),
    press(t("Error"), () =>
      asking.fields(
        t("{name} answers with a business error", { name: wait.name }),
        [{ name: "code", label: t("Error code"), kind: "text", value: "" }],
        t("Throw it"),
        ({ code }) => take({ service: wait.as, error: { code } }),
      ),
    ),
  ];
}
