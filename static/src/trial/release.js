// What the deploy dialog tells: changes, scenarios; of a process also real cases replayed, what runs.

import { get, post, Problem } from "../lib/http.js";
import { t } from "../lib/texts.js";
import { showReplay, uncoveredWords } from "../project/replay.js";
import { h } from "./dom.js";

const MAX_CHANGES = 12;

/** Fills the dialog each time it opens; what takes long does not keep anybody from deploying. */
export function mountRelease({ root, config, draft }) {
  const dialog = root.querySelector("[data-deploy-dialog]");
  const part = (name) => dialog.querySelector(`[data-release-${name}]`);
  const isProcess = config.draft.kind === "process";
  let turn = 0;

  new MutationObserver(() => dialog.open && tell()).observe(dialog, { attributeFilter: ["open"] });

  async function tell() {
    const mine = ++turn;
    const isCurrent = () => mine === turn && dialog.open;
    for (const name of ["changes", "failed", "differences"]) part(name)?.replaceChildren();
    for (const name of ["scenarios", "replay"]) if (part(name)) part(name).textContent = t("Running…");
    await draft.save();
    const asked = [
      ask(part("running") ?? part("changes"), async () => {
        const release = await get(config.urls.release);
        if (!isCurrent()) return;
        showChanges(part("changes"), release);
        if (isProcess) part("running").textContent = runningWords(release.running);
      }),
      ask(part("scenarios"), async () => {
        const ran = await post(config.urls.release_scenarios, {});
        if (!isCurrent()) return;
        if (isProcess) showScenarios(part("scenarios"), part("failed"), ran);
        else showScenariosOfUsers(part("scenarios"), part("failed"), ran);
      }),
    ];
    if (isProcess) {
      asked.push(
        ask(part("replay"), async () => {
          const report = await post(config.urls.replays, {});
          if (isCurrent()) showReplay(part("replay"), part("differences"), report);
        }),
      );
    }
    await Promise.all(asked);
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
  else if (!changes.length) place.replaceChildren(h("li", {}, t("Nothing of the file itself, compared with version {latest}.", { latest })));
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
  const { count, words } = tellRuns(place, list, processes, own);
  if (!count) place.textContent = t("There are none yet: record one in the test-run.");
  else {
    const also = others.length ? `; ${t("with those of {names}, which these files are part of", { names: namesOf(others) })}` : "";
    const covered = own.uncovered ? uncoveredWords(own.uncovered) : t("every branch is covered");
    place.textContent = `${words}; ${covered}${also}`;
  }
}

/** Of the processes that ask a form or decision, played with this draft of it. */
function showScenariosOfUsers(place, list, { processes }) {
  const { count, words } = tellRuns(place, list, processes);
  place.textContent = count ? `${words}; ${t("played with this draft: those of {names}", { names: namesOf(processes) })}` : t("No process that uses it has one yet: record them in its test-run.");
}

/** Lists what failed; `own` need not be named. */
function tellRuns(place, list, processes, own) {
  const runs = processes.flatMap((process) => process.runs.map((run) => ({ ...run, process })));
  const failed = runs.filter(({ passed }) => !passed);
  const stuck = processes.filter(({ problem }) => problem);
  place.dataset.outcome = failed.length || stuck.length ? "failed" : "passed";
  list.replaceChildren(
    ...stuck.map(({ name, problem }) => h("li", {}, `${name}: ${problem}`)),
    ...failed.map(({ name, failure, process }) => h("li", {}, process === own ? `${name}: ${failure}` : `${process.name}, ${name}: ${failure}`)),
  );
  const count = runs.length;
  const words = failed.length ? t("{failed} of {count} fail", { failed: failed.length, count }) : count === 1 ? t("1 scenario passes") : t("All {count} pass", { count });
  return { count: count + stuck.length, words };
}

const namesOf = (processes) => processes.map(({ name }) => name).join(", ");
