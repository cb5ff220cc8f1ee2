// The problems of a draft, as the server's own check finds them: asked while the person draws,
// listed in the dock, marked on the canvas by whoever listens.

import { post, Problem } from "../lib/http.js";
import { debounce } from "../lib/page.js";
import { t } from "../lib/texts.js";
import { openPanel } from "./panels.js";

const WAIT_MS = 450;

// The gravest first: a warning is only told.
const SEVERITIES = { error: "Error", todo: "To do", warning: "Warning" };
const ORDER = Object.keys(SEVERITIES);
const VERDICTS = { runs: "Runs", drawing: "Drawing", refused: "Cannot be deployed" };

/**
 * @param {{root: HTMLElement, url: string, read: () => Promise<string> | string, kind: string,
 *   show: (problem: object) => void, mark?: (problems: object[], answer: object) => void,
 *   opened?: () => void}} parts  `opened` is called when the list has taken room from the canvas
 */
export function mountProblems({ root, url, read, kind, show, mark = () => {}, opened = () => {} }) {
  const list = root.querySelector("[data-problem-list]");
  let asking = null;
  let isReport = false;
  let latest = { verdict: "drawing", problems: [] };

  list.addEventListener("click", (event) => {
    const row = event.target.closest("[data-problem]");
    if (row) show(latest.problems[Number(row.dataset.problem)]);
  });

  async function check() {
    asking?.abort();
    const mine = (asking = new AbortController());
    try {
      latest = await post(url, { kind, content: await read() }, { signal: mine.signal });
    } catch (error) {
      if (error.name === "AbortError") return latest;
      if (!(error instanceof Problem)) throw error;
      latest = { verdict: "refused", problems: [{ element: null, severity: "error", message: error.message }] };
    }
    latest = { ...latest, problems: gravestFirst(latest.problems) };
    render(root, list, latest);
    mark(latest.problems, latest);
    if (isReport) openReport();
    return latest;
  }

  /** A file came in: what it leaves to do lies open. */
  function report() {
    isReport = true;
    return check();
  }

  function openReport() {
    isReport = false;
    if (!latest.problems.length) return;
    openPanel(root, "problems");
    opened();
  }

  return { check, report, changed: debounce(check, WAIT_MS) };
}

/** Whether the page was opened for a file that was brought along; told once. */
export function isImported() {
  if (location.hash !== "#problems") return false;
  history.replaceState(history.state, "", location.pathname + location.search);
  return true;
}

/** "2 errors, 1 to do", or that there is nothing to mend. */
export function summary(problems) {
  const count = (severity) => problems.filter((one) => one.severity === severity).length;
  const parts = [
    [count("error"), "{n} error", "{n} errors"],
    [count("todo"), "{n} to do", "{n} to do"],
    [count("warning"), "{n} warning", "{n} warnings"],
  ].filter(([n]) => n > 0);
  return parts.map(([n, one, many]) => t(n === 1 ? one : many, { n })).join(", ") || t("No problems");
}

/** What must be mended before what is only told; else as the check found it. */
export function gravestFirst(problems) {
  return problems.toSorted((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
}

function render(root, list, { verdict, problems }) {
  for (const place of root.querySelectorAll("[data-problem-summary]")) {
    place.textContent = summary(problems);
    place.dataset.worst = worstOf(problems);
  }
  for (const place of root.querySelectorAll("[data-verdict]")) {
    place.dataset.verdict = verdict;
    place.textContent = t(VERDICTS[verdict]);
  }
  list.replaceChildren(...problems.map(row));
  root.querySelector("[data-problem-none]").hidden = problems.length > 0;
}

function worstOf(problems) {
  return ORDER.find((severity) => problems.some((one) => one.severity === severity)) ?? "";
}

function row({ severity, message, element }, index) {
  const item = document.createElement("li");
  item.className = `problem problem--${severity}`;
  const kind = document.createElement("span");
  kind.className = "problem__kind";
  kind.textContent = t(SEVERITIES[severity] ?? severity);
  const words = document.createElement("span");
  words.className = "problem__words";
  words.textContent = message;
  item.append(kind, words);
  if (element) item.append(showButton(element, index));
  return item;
}

function showButton(element, index) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm problem__show";
  button.dataset.problem = index;
  button.textContent = t("Show");
  button.setAttribute("aria-label", t("Show {element}", { element }));
  return button;
}
