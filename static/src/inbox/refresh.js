// Brings a list of tasks up to date without moving anything that a person has hold of: the focus, the
// ticks, what is typed, the place. Rows stay where they are the same; others are put in, swapped, or
// taken out.

import { announce } from "../lib/announce.js";
import { get, Problem } from "../lib/http.js";
import { listen } from "../lib/live.js";
import { debounce } from "../lib/page.js";
import { t } from "../lib/texts.js";

const GATHER_MS = 250;

/** @param {() => HTMLElement | null} find the list, which filters may swap at any time */
export function mount(find) {
  const known = new WeakMap();
  remember(find(), known);
  document.addEventListener("htmx:afterSettle", () => remember(find(), known));

  let isStale = false;
  const refresh = debounce(async () => {
    if (document.hidden) {
      isStale = true;
      return;
    }
    isStale = false;
    const list = find();
    if (!list) return;
    try {
      // What was typed into the filter meanwhile is asked for by the filter itself.
      const asked = location.search;
      const html = await get(list.dataset.rowsUrl + asked);
      if (list.isConnected && asked === location.search) apply(list, html, known);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }, GATHER_MS);

  document.addEventListener("visibilitychange", () => isStale && !document.hidden && refresh());
  const list = find();
  if (list) listen(list.dataset.liveUrl, (news) => (news.list || news.many || news.unknown) && refresh());
}

/** @param {string} html the fragment: views, rows or why there are none */
export function apply(list, html, known) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  swap(list, fresh, "#inbox-views");
  const now = list.querySelector("tbody");
  const then = fresh.querySelector("tbody");
  if (now && then) {
    const added = merge(now, then, known);
    if (added) announce(added === 1 ? t("1 new task") : t("{count} new tasks", { count: added }));
    swap(list, fresh, "#inbox-pages");
  } else {
    swap(list, fresh, "#inbox-list");
    remember(list, known);
  }
  globalThis.dispatchEvent(new CustomEvent("inbox:refreshed"));
}

function merge(now, then, known) {
  const focused = document.activeElement?.closest?.("[data-task]");
  const old = new Map([...now.querySelectorAll("[data-task]")].map((row) => [row.dataset.task, row]));
  let added = 0;
  let before = null;
  for (const fresh of then.querySelectorAll("[data-task]")) {
    const row = old.get(fresh.dataset.task);
    old.delete(fresh.dataset.task);
    const placed = row ? renewed(row, fresh, known) : adopt(fresh, known);
    if (!row) {
      placed.classList.add("is-new");
      added += 1;
    }
    const expected = before ? before.nextElementSibling : now.firstElementChild;
    if (placed !== expected) now.insertBefore(placed, expected);
    before = placed;
  }
  for (const gone of old.values()) leave(gone, focused);
  return added;
}

/** The row as it is now: itself where nothing changed, or while it is being changed. */
function renewed(row, fresh, known) {
  if (known.get(row) === markup(fresh) || row.querySelector(".htmx-request")) return row;
  const made = adopt(fresh, known);
  const tick = row.querySelector("input[type=checkbox]");
  if (tick?.checked) made.querySelector("input[type=checkbox]").checked = true;
  const again = row.contains(document.activeElement) ? within(document.activeElement) : null;
  row.replaceWith(made);
  if (again) (made.querySelector(again) ?? made.querySelector("a[href]"))?.focus({ preventScroll: true });
  return made;
}

function adopt(fresh, known) {
  const made = document.importNode(fresh, true);
  known.set(made, markup(fresh));
  globalThis.dispatchEvent(new CustomEvent("fragment:added", { detail: made }));
  return made;
}

/** A task that is gone from the list; whoever stood on it stands on the next one. */
function leave(row, focused) {
  if (row === focused) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    next?.querySelector("a[href]")?.focus({ preventScroll: true });
  }
  row.remove();
}

function swap(list, fresh, selector) {
  const now = list.querySelector(selector);
  const then = fresh.querySelector(selector);
  if (now && then && markup(now) !== markup(then)) {
    now.replaceWith(document.importNode(then, true));
    globalThis.dispatchEvent(new CustomEvent("fragment:added", { detail: list.querySelector(selector) }));
  }
}

function within(element) {
  for (const name of ["href", "name", "hx-post"]) {
    const value = element.getAttribute(name);
    if (value) return `${element.localName}[${name}="${CSS.escape(value)}"]`;
  }
  return "a[href]";
}

/** What a row says; its token is another one in each answer, and the old one still counts. */
function markup(row) {
  return row.outerHTML.replace(/name="csrf_token" value="[^"]*"/g, "");
}

function remember(list, known) {
  for (const row of list?.querySelectorAll("[data-task]") ?? []) if (!known.has(row)) known.set(row, markup(row));
}
