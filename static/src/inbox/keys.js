// Walks the rows ([data-task]) of one list with the keyboard. The row's link holds the focus, so
// Enter opens it, a reader hears it, and a swapped row gets it back.

import { isCovered, isTyping } from "../lib/page.js";

/** @param {() => HTMLElement | null} find the list, which may be swapped at any time */
export function mount(find) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isTyping(event.target) || isCovered()) return;
    const action = ACTIONS[event.key.toLowerCase()];
    const list = find();
    if (list && action?.(list)) event.preventDefault();
  });
}

const TICKED = ".cell--select input:checked";

const ACTIONS = {
  j: (list) => walk(list, 1),
  k: (list) => walk(list, -1),
  c: (list) => claim(list),
  a: (list) => selectAll(list),
  x: (list) => press(list, "input[type=checkbox]"),
};

function walk(list, step) {
  const rows = [...list.querySelectorAll("[data-task]")];
  if (!rows.length) return false;
  const at = rows.indexOf(current());
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step));
  const link = rows[next].querySelector("a[href]") ?? rows[next];
  link.focus();
  rows[next].scrollIntoView({ block: "nearest" });
  return true;
}

/** What is selected, else the task one stands on. */
function claim(list) {
  const all = list.querySelector(TICKED) && list.querySelector("#selected button");
  all?.click();
  return all ? true : press(list, "[data-claim] button, button[data-claim]");
}

/** All of the page, or none when all are selected. */
function selectAll(list) {
  const boxes = [...list.querySelectorAll(".cell--select input")];
  const isFull = boxes.every((box) => box.checked);
  for (const box of boxes) box.checked = !isFull;
  return boxes.length > 0;
}

function press(list, selector) {
  const row = current();
  const button = row && list.contains(row) ? row.querySelector(selector) : null;
  button?.click();
  return button !== null;
}

function current() {
  return document.activeElement?.closest("[data-task]") ?? null;
}
