// The palette of Ctrl/⌘ K: <dialog data-palette="/palette"> with an input and a [data-results] list.
// The server answers /palette?q= with links ([role=option] or <a>); arrows choose, Enter opens.

import { get, Problem } from "../lib/http.js";
import { debounce } from "../lib/page.js";

const WAIT_MS = 120;

export function mountPalette(dialog) {
  const input = dialog.querySelector("input");
  const results = dialog.querySelector("[data-results]");
  const url = dialog.dataset.palette || "/palette";
  const search = debounce(() => load(url, input.value, results, input), WAIT_MS);

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else open();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette-open]")) open();
  });
  input.addEventListener("input", () => {
    isGoing = false;
    search();
  });
  // Enter opens what is chosen; the answer is a fragment, never a page.
  dialog.querySelector("form")?.addEventListener("submit", (event) => event.preventDefault());
  dialog.addEventListener("keydown", (event) => navigate(event, results, input, url));
  results.addEventListener("pointermove", (event) => {
    const option = event.target.closest("a, button");
    if (option) choose(option, results, input);
  });

  function open() {
    isGoing = false;
    dialog.showModal();
    input.select();
    load(url, input.value, results, input);
  }
}

let asked = 0;
// Enter came before the answer to what was typed last: the first result of that answer is opened.
let isGoing = false;

async function load(url, text, results, input) {
  const turn = ++asked;
  let html;
  try {
    html = await get(`${url}?${new URLSearchParams({ q: text })}`);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    results.textContent = error.message;
    return;
  }
  // An answer that was overtaken by a newer question is dropped.
  if (turn !== asked) return;
  results.innerHTML = html;
  results.dataset.answers = text;
  const first = options(results)[0];
  if (!first) return;
  choose(first, results, input);
  if (isGoing && text === input.value) first.click();
}

function navigate(event, results, input, url) {
  if (event.key === "Enter" && !event.isComposing && results.dataset.answers !== input.value) {
    isGoing = true;
    load(url, input.value, results, input);
    event.preventDefault();
    return;
  }
  const all = options(results);
  if (!all.length) return;
  const at = all.findIndex((option) => option.ariaSelected === "true");
  if (event.key === "ArrowDown") choose(all[(at + 1) % all.length], results, input);
  else if (event.key === "ArrowUp") choose(all[(at - 1 + all.length) % all.length], results, input);
  else if (event.key === "Enter" && !event.isComposing) all[Math.max(at, 0)].click();
  else return;
  event.preventDefault();
}

function options(results) {
  return [...results.querySelectorAll("a[href], button")];
}

function choose(option, results, input) {
  for (const [index, other] of options(results).entries()) {
    other.id ||= `palette-option-${index}`;
    const isChosen = other === option;
    other.setAttribute("role", "option");
    other.setAttribute("aria-selected", String(isChosen));
    other.tabIndex = -1;
  }
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}
