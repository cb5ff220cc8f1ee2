// The scenarios of the process: recorded from a test-run, brought as a file, run on the draft.

import { announce } from "../lib/announce.js";
import { get, post, Problem, remove } from "../lib/http.js";
import { t } from "../lib/texts.js";
import { pick } from "../designer/download.js";
import { paintCoverage } from "./canvas.js";
import { h } from "./dom.js";

export function mountScenarios(place, { urls, session, asking, modeler, saved, show }) {
  const list = place.querySelector("[data-scenario-list]");
  const summary = place.querySelector("[data-scenario-summary]");
  const thrown = place.querySelector("[data-scenario-thrown]");
  const uncovered = place.querySelector("[data-uncovered]");
  let known = [];

  const draw = () => list.replaceChildren(...known.map((one) => row(one, { drop, showEarlier })));
  const set = (scenarios, thrownCount) => {
    known = scenarios;
    summary.textContent = countWords(known.length);
    thrown.hidden = !thrownCount;
    thrown.textContent = t("Thrown away: {count}", { count: thrownCount });
    draw();
  };
  const replaced = (changed, thrownCount) => {
    const ids = new Set(changed.map(({ id }) => id));
    set([...known.filter(({ id }) => !ids.has(id)), ...changed], thrownCount);
  };
  const attempt = (action) => (one) => action(one).catch(tellProblem);
  const tellProblem = (error) => {
    if (!(error instanceof Problem)) throw error;
    summary.textContent = error.message;
  };
  const drop = attempt(async (one) => {
    const left = await remove(`${urls.scenario_root}/${one.id}`);
    set(known.filter(({ id }) => id !== one.id), left.thrown);
    summary.textContent = t("“{name}” is thrown away. It can be brought back.", { name: one.name });
    // The button that was pressed is gone; the way back is here.
    thrown.focus();
  });
  const showThrown = attempt(async () => {
    const { scenarios } = await get(urls.thrown_scenarios);
    const bringBack = async (one) => {
      const { thrown: left, ...back } = await post(`${urls.scenario_root}/${one.id}/return`, {});
      replaced([back], left);
      summary.textContent = t("“{name}” is back.", { name: back.name });
    };
    asking.choice(t("Thrown away"), scenarios.map((one) => earlierText(one, one.name)), t("Bring back"), bringBack);
  });
  const showEarlier = attempt(async (one) => {
    const { texts } = await get(`${urls.scenario_root}/${one.id}/texts`);
    const restore = async (text) => {
      const kept = await post(`${urls.scenario_root}/${one.id}/restoration`, { text: text.id });
      known = known.map((each) => (each.id === kept.id ? kept : each));
      summary.textContent = countWords(known.length);
      draw();
      announce(t("“{name}” is as it was then. What it said before is among its earlier texts.", { name: one.name }));
    };
    asking.choice(t("Earlier texts of “{name}”", { name: one.name }), texts.map((text) => earlierText(text)), t("Restore"), restore);
  });
  const run = async () => {
    if (!(await saved())) return;
    summary.textContent = t("Running…");
    const { runs, coverage } = await post(urls.scenario_runs, {});
    const earlier = new Map(known.map((one) => [one.id, one.earlier]));
    known = runs.map((one) => ({ ...one, earlier: earlier.get(one.id) ?? 0 }));
    draw();
    const failed = runs.filter(({ passed }) => !passed).length;
    summary.textContent = sentence(runs.length, failed, coverage);
    announce(summary.textContent);
    uncovered.replaceChildren(
      ...coverage.uncovered.map(({ element, sentence: words }) =>
        h("li", {}, h("span", {}, words), h("button", { type: "button", class: "btn btn-sm btn-quiet", "aria-label": t("Show: {what}", { what: words }), onclick: () => show(element) }, t("Show"))),
      ),
    );
    place.querySelector("[data-uncovered-title]").hidden = coverage.uncovered.length === 0;
    paintCoverage(modeler, coverage);
  };
  const record = () =>
    asking.fields(t("Record as a scenario"), [{ name: "name", label: t("What it shows"), kind: "text", value: "", hint: t("For example: a late complaint is chased") }], t("Record"), async ({ name }) => {
      const isTaken = known.some((one) => one.name === name.trim());
      const { thrown: left, ...kept } = await keep(urls.scenarios, { moves: session.moves, name }, isTaken);
      replaced([kept], left);
      return kept.passed ? null : kept.failure;
    });
  const bring = attempt(async () => {
    const content = await pick(".yaml,.yml");
    if (content === null) return;
    const brought = await post(urls.scenario_files, { content });
    replaced(brought.scenarios, brought.thrown);
  });
  const actions = { run, record, bring, thrown: showThrown };
  place.addEventListener("click", (event) => actions[event.target.closest("[data-scenario]")?.dataset.scenario]?.());
  return { set, run, record };
}

/** Stored under its name; one that is taken, which somebody else may have done meanwhile, is replaced if so wished. */
async function keep(url, body, isTaken) {
  if (isTaken) return post(url, { ...body, replace: wantsReplaced(body) });
  try {
    return await post(url, body);
  } catch (error) {
    if (error.error !== "NameTaken" || !wantsReplaced(body)) throw error;
    return post(url, { ...body, replace: true });
  }
}

const wantsReplaced = ({ name }) => confirm(t("Replace the scenario “{name}”? What it says now is kept among its earlier texts.", { name }));

function countWords(count) {
  if (!count) return t("None yet. Play the draft through, then record the run.");
  return count === 1 ? t("1 scenario") : t("{count} scenarios", { count });
}

function sentence(count, failed, { branches, uncovered }) {
  const all = count === 1 ? t("1 scenario passed") : t("All {count} scenarios passed", { count });
  const passed = failed ? t("{failed} of {count} scenarios failed", { failed, count }) : all;
  return `${passed}; ${t("{covered} of {branches} branches covered", { covered: branches - uncovered.length, branches })}`;
}

/** A text with the moment and the person that it stands for, below a name where they are of several. */
function earlierText(text, ...name) {
  const when = new Date(text.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  return { value: text, label: [...name, when, text.by].join(" · "), more: h("pre", { class: "trial-earlier", tabindex: "0" }, text.content) };
}

function row(one, { drop, showEarlier }) {
  const state = one.passed === undefined ? "" : one.passed ? t("passed") : t("failed");
  return h(
    "li",
    { class: "trial-scenario", "data-outcome": state && (one.passed ? "passed" : "failed") },
    h("span", { class: "trial-scenario__name" }, one.name),
    state && h("span", { class: "trial-scenario__state" }, state),
    one.earlier > 0 && h("button", { type: "button", class: "btn btn-sm btn-quiet", "aria-label": t("Earlier texts of “{name}”", { name: one.name }), onclick: () => showEarlier(one) }, t("Earlier")),
    h("button", { type: "button", class: "btn btn-sm btn-quiet", "aria-label": t("Throw away: {name}", { name: one.name }), onclick: () => drop(one) }, t("Throw away")),
    one.failure && h("p", { class: "trial-scenario__why" }, one.failure),
  );
}
