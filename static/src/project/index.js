// A project's pages: scenarios run a process at a time with progress, real cases are played again
// before all of it is deployed, and files move elsewhere.

import { announce } from "../lib/announce.js";
import { csrfToken, post, Problem } from "../lib/http.js";
import { t } from "../lib/texts.js";
import { h } from "../trial/dom.js";
import { showReplay, uncoveredWords } from "./replay.js";
import "./project.css";

for (const form of document.querySelectorAll("[data-run-scenarios]")) mountRun(form);
for (const section of document.querySelectorAll("[data-run-before]")) runBefore(section);
for (const section of document.querySelectorAll("[data-replay-before]")) replayBefore(section);
for (const dialog of document.querySelectorAll("dialog#move")) mountMove(dialog);

function mountRun(form) {
  const part = (name) => document.querySelector(`[data-run${name}]`);
  const [button, stop, words, bar] = ["", "-stop", "-progress", "-bar"].map(part);
  let isStopped = false;

  stop.addEventListener("click", () => (isStopped = true));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const processes = [...document.querySelectorAll("[data-process]")];
    const all = processes.reduce((sum, each) => sum + Number(each.dataset.count), 0);
    isStopped = false;
    button.disabled = true;
    stop.hidden = bar.hidden = false;
    bar.max = processes.length;
    let [ran, failed] = [0, 0];
    const tell = () => (words.textContent = t("{ran} of {all} run, {failed} failed", { ran, all, failed }));
    tell();
    try {
      for (const [index, process] of processes.entries()) {
        if (isStopped) break;
        process.ariaBusy = "true";
        const told = await run(form.action, process.dataset.process);
        ran += told.scenarios;
        failed += told.failed;
        bar.value = index + 1;
        process.ariaBusy = null;
        tell();
      }
      announce(words.textContent);
      // The results are stored: the page tells them, with what no scenario covers.
      location.hash = "scenarios";
      location.reload();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      words.textContent = error.message;
      button.disabled = false;
      stop.hidden = bar.hidden = true;
    }
  });
}

/** Before a deployment all scenarios are run on what would be deployed, unasked; nobody has to wait for them. */
async function runBefore(section) {
  const words = section.querySelector("[data-run-progress]");
  const processes = [...section.querySelectorAll("[data-process]")];
  const all = processes.reduce((sum, each) => sum + Number(each.dataset.count), 0);
  let [ran, failed] = [0, 0];
  try {
    for (const process of processes) {
      words.textContent = t("{ran} of {all} run, {failed} failed", { ran, all, failed });
      const told = await run(section.dataset.runBefore, process.dataset.process);
      ran += told.scenarios;
      failed += told.failed;
      showOutcome(process, told.processes[0]);
    }
    announce(failed ? t("{failed} of {all} failed", { failed, all }) : t("All {all} passed", { all }));
    words.textContent = "";
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    words.textContent = error.message;
  }
}

function showOutcome(place, { runs, problem, uncovered }) {
  const failures = runs.filter(({ passed }) => !passed).map(({ name, failure }) => `${name}: ${failure}`);
  if (problem) failures.push(problem);
  const [all, failed] = [runs.length, failures.length];
  const passed = all === 1 ? t("1 scenario passed") : t("All {all} passed", { all });
  const outcome = failed ? t("{failed} of {all} failed", { failed, all: all || failed }) : passed;
  place.dataset.outcome = failed ? "failed" : "passed";
  place.querySelector("[data-outcome-words]").textContent = uncovered ? `${outcome}; ${uncoveredWords(uncovered)}` : outcome;
  place.querySelector("[data-outcome-failed]").replaceChildren(...failures.map((words) => h("li", {}, words)));
}

/** The last real cases of all processes on what would be deployed, unasked too; at its end the server says what came of it. */
async function replayBefore(section) {
  const words = section.querySelector("[data-replay-progress]");
  words.textContent = t("Running…");
  try {
    const { processes } = await post(section.dataset.replayBefore, {});
    section.append(...processes.map(replayed));
    words.textContent = processes.length ? replaySummary(processes.flatMap(({ report }) => report ?? [])) : t("No process that is deployed changes.");
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    words.textContent = error.message;
  }
}

function replayed({ key, name, problem, report }) {
  const [said, list] = [h("p", {}, problem), h("ul", { class: "release__list" })];
  const card = h("article", { class: "card deploy-scenarios", "data-replayed": key }, h("header", { class: "deploy-piece__head" }, h("h3", {}, name), said), list);
  if (report) showReplay(said, list, report);
  return card;
}

function replaySummary(reports) {
  const [all, otherwise] = ["cases", "different"].map((count) => reports.reduce((sum, report) => sum + report[count], 0));
  if (otherwise) return t("{otherwise} of {all} would be otherwise", { otherwise, all });
  return all ? t("{all} played, none would be otherwise", { all }) : "";
}

function run(url, key) {
  const body = new FormData();
  body.set("process", key);
  body.set("csrf_token", csrfToken());
  return post(url, body);
}

function mountMove(dialog) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    const [kind, key] = split(button.dataset.move);
    dialog.querySelector("[data-move-kind]").value = kind;
    dialog.querySelector("[data-move-key]").value = key;
    dialog.querySelector("[data-move-what]").textContent = button.dataset.moveName;
    dialog.showModal();
  });
}

/** "form:refund" → ["form", "refund"]; keys may hold colons. */
function split(text) {
  const at = text.indexOf(":");
  return [text.slice(0, at), text.slice(at + 1)];
}
