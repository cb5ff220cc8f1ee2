// The scenarios of the process: recorded from a test-run, brought as a file, run on the draft.

import { announce } from "../lib/announce.js";
import { post, Problem, remove } from "../lib/http.js";
import { t } from "../lib/texts.js";
import { pick } from "../designer/download.js";
import { paintCoverage } from "./canvas.js";
import { h } from "./dom.js";

export function mountScenarios(place, { urls, session, asking, modeler, saved, show }) {
  const list = place.querySelector("[data-scenario-list]");
  const summary = place.querySelector("[data-scenario-summary]");
  const uncovered = place.querySelector("[data-uncovered]");
  let known = [];

  const draw = () => list.replaceChildren(...known.map((one) => row(one, drop)));
  const set = (scenarios) => {
    known = scenarios;
    summary.textContent = t("{count} scenarios", { count: known.length });
    draw();
  };
  const drop = async (one) => {
    if (!confirm(t("Throw the scenario “{name}” away?", { name: one.name }))) return;
    await remove(`${urls.scenario_root}/${one.id}`);
    set(known.filter(({ id }) => id !== one.id));
  };
  const run = async () => {
    if (!(await saved())) return;
    summary.textContent = t("Running…");
    const { runs, coverage } = await post(urls.scenario_runs, {});
    known = runs;
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
      const kept = await keep(urls.scenarios, { moves: session.moves, name });
      set([...known.filter(({ id }) => id !== kept.id), kept]);
      return kept.passed ? null : kept.failure;
    });
  const bring = async () => {
    const content = await pick(".yaml,.yml");
    if (content === null) return;
    try {
      const { scenarios } = await post(urls.scenario_files, { content });
      const ids = new Set(scenarios.map(({ id }) => id));
      set([...known.filter(({ id }) => !ids.has(id)), ...scenarios]);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      summary.textContent = error.message;
    }
  };
  const actions = { run, record, bring };
  place.addEventListener("click", (event) => actions[event.target.closest("[data-scenario]")?.dataset.scenario]?.());
  return { set, run, record };
}

/** Stored under its name; a name that is taken is replaced only when the person says so. */
async function keep(url, body) {
  try {
    return await post(url, body);
  } catch (error) {
    if (error.error !== "NameTaken" || !confirm(t("Replace the scenario “{name}”?", { name: body.name }))) throw error;
    return post(url, { ...body, replace: true });
  }
}

function sentence(count, failed, { branches, uncovered }) {
  const passed = failed ? t("{failed} of {count} scenarios failed", { failed, count }) : t("All {count} scenarios passed", { count });
  return `${passed}; ${t("{covered} of {branches} branches covered", { covered: branches - uncovered.length, branches })}`;
}

function row(one, drop) {
  const state = one.passed === undefined ? "" : one.passed ? t("passed") : t("failed");
  return h(
    "li",
    { class: "trial-scenario", "data-outcome": state && (one.passed ? "passed" : "failed") },
    h("span", { class: "trial-scenario__name" }, one.name),
    state && h("span", { class: "trial-scenario__state" }, state),
    h("button", { type: "button", class: "btn btn-sm btn-quiet", "aria-label": t("Throw away: {name}", { name: one.name }), onclick: () => drop(one) }, t("Throw away")),
    one.failure && h("p", { class: "trial-scenario__why" }, one.failure),
  );
}
