// What the deploy dialog tells of a process: changes, scenarios, real cases replayed, what runs.

import { get, post, Problem } from "../lib/http.js";
import { t } from "../lib/texts.js";
import { h } from "./dom.js";

const MAX_CHANGES = 12;

/** Fills the dialog each time it opens; what takes long does not keep anybody from deploying. */
export function mountRelease({ root, config, draft }) {
  const dialog = root.querySelector("[data-deploy-dialog]");
  const part = (name) => dialog.querySelector(`[data-release-${name}]`);
  let turn = 0;

  new MutationObserver(() => dialog.open && tell()).observe(dialog, { attributeFilter: ["open"] });

  async function tell() {
    const mine = ++turn;
    const isCurrent = () => mine === turn && dialog.open;
    for (const name of ["changes", "failed", "differences"]) part(name).replaceChildren();
    for (const name of ["scenarios", "replay"]) part(name).textContent = t("Running…");
    await draft.save();
    await Promise.all([
      ask(part("running"), async () => {
        const release = await get(config.urls.release);
        if (!isCurrent()) return;
        showChanges(part("changes"), release);
        part("running").textContent = runningWords(release.running);
      }),
      ask(part("scenarios"), async () => {
        const ran = await post(config.urls.release_scenarios, {});
        if (isCurrent()) showScenarios(part("scenarios"), part("failed"), ran);
      }),
      ask(part("replay"), async () => {
        const report = await post(config.urls.replays, {});
        if (isCurrent()) showReplay(part("replay"), part("differences"), report);
      }),
    ]);
  }
}

/** What cannot be told is said in its place, and leaves the rest as it is. */
async function ask(place, run) {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    place.textContent = error.message;
  }
}

function showChanges(place, { latest, changes }) {
  if (latest === null) place.replaceChildren(h("li", {}, t("This is the first version.")));
  else if (!changes.length) place.replaceChildren(h("li", {}, t("Nothing of the process itself, compared with version {latest}.", { latest })));
  else {
    const rest = changes.length - MAX_CHANGES;
    place.replaceChildren(
      ...changes.slice(0, MAX_CHANGES).map(({ kind, sentence }) => h("li", { "data-change": kind }, sentence)),
      ...(rest > 0 ? [h("li", {}, t("and {count} more", { count: rest }))] : []),
    );
  }
}

function runningWords(running) {
  if (!running.length) return t("No case runs.");
  return running.map(({ version, cases }) => t("{cases} on version {version}", { cases, version })).join(", ");
}

/** Of the process itself first, then of others of its project that a deployed file is part of. */
function showScenarios(place, list, { processes }) {
  const [own, ...others] = processes;
  const runs = processes.flatMap((process) => process.runs.map((run) => ({ ...run, process })));
  const failed = runs.filter(({ passed }) => !passed);
  if (!runs.length) place.textContent = t("There are none yet: record one in the test-run.");
  else {
    const words = failed.length ? t("{failed} of {count} fail", { failed: failed.length, count: runs.length }) : t("All {count} pass", { count: runs.length });
    const also = others.length ? `; ${t("with those of {names}, which these files are part of", { names: others.map(({ name }) => name).join(", ") })}` : "";
    place.textContent = `${words}; ${t("{count} branches are covered by none", { count: own.uncovered })}${also}`;
  }
  place.dataset.outcome = failed.length ? "failed" : "passed";
  list.replaceChildren(...failed.map(({ name, failure, process }) => h("li", {}, process === own ? `${name}: ${failure}` : `${process.name}, ${name}: ${failure}`)));
}

function showReplay(place, list, report) {
  place.dataset.outcome = report.different ? "failed" : "passed";
  place.textContent = replayWords(report);
  list.replaceChildren(
    ...report.differences.map(({ kind, sentence, count, cases }) =>
      h(
        "li",
        { "data-difference": kind },
        h("span", {}, `${sentence} `),
        h(
          "details",
          {},
          h("summary", {}, count === 1 ? t("1 case") : t("{count} cases", { count })),
          h("ul", { class: "release__cases" }, cases.map(({ name, url }) => h("li", {}, h("a", { href: url, target: "_blank", rel: "noopener" }, name)))),
        ),
      ),
    ),
  );
}

function replayWords({ cases, same, different, unclear, is_partial }) {
  if (!cases) return t("No case of the last 30 days.");
  const parts = [t("{same} of {cases} go as they went", { same, cases })];
  if (different) parts.push(t("{different} would be otherwise", { different }));
  if (unclear) parts.push(t("{unclear} cannot be told from their log", { unclear }));
  if (is_partial) parts.push(t("time was up before all were played"));
  return parts.join(", ");
}
