// The floor keeps itself up to date: it is asked for every two seconds while somebody looks, and only
// what has changed is swapped. Rows stay where they are, focus stays, what is open stays open. Where
// the server does not answer, the board says that its numbers are old.

import { get, Problem } from "../lib/http.js";
import { t } from "../lib/texts.js";

const EVERY_MS = 2000;
const PATIENCE_MS = 8000;

/** @param {HTMLElement} board with data-url, the address of the numbers alone */
export function mount(board) {
  const known = new WeakMap();
  for (const part of board.querySelectorAll("[data-part]")) known.set(part, part.outerHTML);
  let timer = setTimeout(look, EVERY_MS);

  async function look() {
    clearTimeout(timer);
    timer = null;
    if (!document.hidden) {
      try {
        const html = await get(board.dataset.url, { signal: AbortSignal.timeout(PATIENCE_MS) });
        merge(board, new DOMParser().parseFromString(html, "text/html"), known);
        tell(board, "");
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        tell(board, t("These numbers are as old as they say: {problem}", { problem: error.message }));
      }
    }
    timer = setTimeout(look, EVERY_MS);
  }

  document.addEventListener("visibilitychange", () => timer !== null && !document.hidden && look());
}

/** Forms that links bring by htmx are shown in the page's dialog. */
export function mountDialog(dialog) {
  dialog.addEventListener("htmx:afterSwap", () => dialog.open || dialog.showModal());
  // A link "Cancel" leads back to where one is already.
  dialog.addEventListener("click", (event) => {
    if (!event.target.closest(".dialog__footer a[href]")) return;
    event.preventDefault();
    dialog.close();
  });
}

/** @param {Document} fresh the numbers as they are now */
export function merge(board, fresh, known) {
  const old = new Map([...board.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
  for (const part of fresh.querySelectorAll("[data-part]")) {
    const there = old.get(part.dataset.part);
    old.delete(part.dataset.part);
    if (!there) add(board, part, known);
    else if (known.get(there) !== part.outerHTML) swap(there, part, known);
  }
  for (const gone of old.values()) gone.remove();
}

/** What can have the focus in a part, in order. */
const stopsOf = (part) => [...part.querySelectorAll("a[href], summary")];

function swap(there, part, known) {
  const place = stopsOf(there).indexOf(document.activeElement);
  const opened = [...there.querySelectorAll("details[open]")].map((each) => each.id);
  const made = adopt(part, known);
  there.replaceWith(made);
  for (const id of opened) made.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
  // By place: what a link opens may have changed with its number.
  if (place >= 0) stopsOf(made)[place]?.focus({ preventScroll: true });
  globalThis.dispatchEvent(new CustomEvent("fragment:added", { detail: made }));
}

/** A queue that had no row yet comes last: nothing moves under the pointer. */
function add(board, part, known) {
  const list = board.querySelector(`[data-parts="${part.parentElement?.dataset.parts}"]`);
  if (!list) return;
  const made = adopt(part, known);
  list.append(made);
  globalThis.dispatchEvent(new CustomEvent("fragment:added", { detail: made }));
}

function adopt(part, known) {
  const made = document.importNode(part, true);
  known.set(made, part.outerHTML);
  return made;
}

function tell(board, words) {
  const place = board.querySelector("[data-floor-old]");
  if (place.textContent !== words) place.textContent = words;
  place.hidden = !words;
}
