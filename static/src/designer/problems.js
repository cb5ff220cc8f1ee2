// The problems of a draft, as the server's own check finds them: asked while the person draws,
// listed in the dock, marked on the canvas by whoever listens.

import { announce } from "../lib/announce.js";
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
 *   fixOf?: (problem: object) => {words: string, run: () => void | Promise<void>} | null, opened?: () => void}} parts
 *   `fixOf` tells what one click mends; `opened` is called when the list has taken room from the canvas
 */
export function mountProblems({ root, url, read, kind, show, mark = () => {}, fixOf = () => null, opened = () => {} }) {
  const list = root.querySelector("[data-problem-list]");
  let asking = null;
  let newest = null;
  let isReport = false;
  let latest = { verdict: "drawing", problems: [] };

  list.addEventListener("click", (event) => {
    const { problem, fix } = event.target.closest("button")?.dataset ?? {};
    if (problem) show(latest.problems[Number(problem)]);
    if (fix) mend(latest.problems[Number(fix)]);
  });

  /** What was drawn since may leave nothing to mend. */
  async function mend(problem) {
    const fix = fixOf(problem);
    if (!fix) return;
    await fix.run();
    show(problem);
    announce(fix.words);
  }

  /** The answer to the newest question: whoever asked before is told that too. */
  function check() {
    newest = ask();
    return newest;
  }

  async function ask() {
    asking?.abort();
    const mine = (asking = new AbortController());
    try {
      latest = await post(url, { kind, content: await read() }, { signal: mine.signal });
    } catch (error) {
      if (error.name === "AbortError") return newest;
      if (!(error instanceof Problem)) throw error;
      latest = { verdict: "refused", problems: [{ element: null, severity: "error", message: error.message }] };
    }
    latest = { ...latest, problems: gravestFirst(latest.problems) };
    render(root, list, latest, fixOf);
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

function render(root, list, { verdict, problems }, fixOf) {
  for (const place of root.querySelectorAll("[data-problem-summary]")) {
    place.textContent = summary(problems);
    place.dataset.worst = worstOf(problems);
  }
  for (const place of root.querySelectorAll("[data-verdict]")) {
    place.dataset.verdict = verdict;
    place.textContent = t(VERDICTS[verdict]);
  }
  list.replaceChildren(...problems.map((problem, index) => row(problem, index, fixOf(problem))));
  root.querySelector("[data-problem-none]").hidden = problems.length > 0;
}

function worstOf(problems) {
  return ORDER.find((severity) => problems.some((one) => one.severity === severity)) ?? "";
}

function row(problem, index, fix) {
  const { severity, message, element } = problem;
  const item = document.createElement("li");
  item.className = `problem problem--${severity}`;
  const kind = span("problem__kind", t(SEVERITIES[severity] ?? severity));
  const words = span("problem__words", message);
  const ways = span("problem__ways", "");
  if (fix) {
    const does = span("problem__fix", t("Fix: {what}", { what: fix.words }));
    does.id = `problem-fix-${index}`;
    words.append(does);
    ways.append(fixButton(element, index, does.id));
  }
  if (element) ways.append(showButton(element, index));
  item.append(kind, words, ways);
  return item;
}

function fixButton(element, index, describedBy) {
  const button = smallButton(t("Fix"), t("Fix {element}", { element }));
  button.dataset.fix = index;
  button.setAttribute("aria-describedby", describedBy);
  return button;
}

function showButton(element, index) {
  const button = smallButton(t("Show"), t("Show {element}", { element }));
  button.dataset.problem = index;
  return button;
}

function smallButton(word, label) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm";
  button.textContent = word;
  button.setAttribute("aria-label", label);
  return button;
}

function span(name, text) {
  const made = document.createElement("span");
  made.className = name;
  made.textContent = text;
  return made;
}
