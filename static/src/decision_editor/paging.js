// A long table is shown page by page: a browser cannot hold editors for thousands of cells at once.

import DecisionRulesBody from "dmn-js-decision-table/lib/features/decision-rules/components/DecisionRulesBodyComponent.js";

import { t } from "../lib/texts.js";

export const PAGE_RULES = 200;

/** Before the table's own body. */
const EARLIER = 1500;
const CHANGED = "workPaging.changed";

class PagedBody extends DecisionRulesBody {
  render({ rows, cols }) {
    const { first, last } = this.context.injector.get("workPaging").range();
    // A rule outside the page is a gap, so that each keeps its number.
    return super.render({ rows: sparse(rows, first, last), cols });
  }
}

class Paging {
  static $inject = ["components", "eventBus", "selection", "sheet"];

  constructor(components, eventBus, selection, sheet) {
    this._eventBus = eventBus;
    this._selection = selection;
    this._sheet = sheet;
    this._first = 0;
    /** While many rules are added at once the page stays. */
    this.isHeld = false;
    components.onGetComponent("table.body", EARLIER, () => PagedBody);
    // Not when it is done again: then the rules may be many.
    eventBus.on("commandStack.row.add.postExecuted", ({ context }) => !this.isHeld && this._turn(context.index));
    eventBus.on("elements.changed", 100, () => eventBus.fire(CHANGED));
  }

  get count() {
    return this._sheet.getRoot()?.rows?.length ?? 0;
  }

  /** Which rules are shown: from `first` to before `last`, counted from 0. */
  range() {
    const first = Math.min(this._first, pageOf(Math.max(this.count - 1, 0)));
    return { first, last: Math.min(first + PAGE_RULES, this.count) };
  }

  /** Show the page on which the rule with this number (from 0) is. */
  reveal(index) {
    const { first, last } = this.range();
    if (index >= first && index < last) return;
    this._turn(Math.min(Math.max(index, 0), this.count - 1));
    this._eventBus.fire("elements.changed", { elements: [this._sheet.getRoot()] });
  }

  /** The cell with the cursor may not be on the page any more, and what hangs at it looks for it. */
  _turn(index) {
    if (pageOf(index) === this._first) return;
    this._selection.deselect();
    this._first = pageOf(index);
  }

  /** Show the page of the rule that is or holds an element. */
  revealElement(id) {
    const { rows } = this._sheet.getRoot();
    const index = rows.findIndex((row) => row.id === id || row.cells.some((cell) => cell.id === id));
    if (index >= 0) this.reveal(index);
  }
}

export const PagingModule = { __init__: ["workPaging"], workPaging: ["type", Paging] };

/** Keep the line below a long table; `turned` is called when other rules are shown. */
export function mountPaging(place, modeler, turned) {
  const rule = place.querySelector("[data-page-rule]");
  const shown = place.querySelector("[data-pages-shown]");
  const paging = () => (modeler.getActiveView()?.type === "decisionTable" ? modeler.getActiveViewer().get("workPaging") : null);

  let shownFirst = 0;

  const draw = () => {
    const open = paging();
    place.hidden = !open || open.count <= PAGE_RULES;
    if (!open) return;
    const { first, last } = open.range();
    shown.textContent = t("Rules {first} to {last} of {count}", { first: first + 1, last, count: open.count });
    place.querySelector("[data-page=back]").disabled = first === 0;
    place.querySelector("[data-page=on]").disabled = last === open.count;
    rule.max = open.count;
    if (first !== shownFirst) turned();
    shownFirst = first;
  };
  place.addEventListener("click", ({ target }) => {
    const { first, last } = paging().range();
    const way = target.closest("[data-page]")?.dataset.page;
    if (way) paging().reveal(way === "on" ? last : first - 1);
  });
  rule.addEventListener("change", () => rule.value && paging().reveal(Number(rule.value) - 1));
  modeler.on("viewer.created", ({ viewer }) => viewer.on(CHANGED, draw));
  modeler.on("import.render.complete", draw);
}

/** Where the page begins that holds a rule. */
export function pageOf(index) {
  return Math.floor(index / PAGE_RULES) * PAGE_RULES;
}

/** An array with only these of its places filled. */
export function sparse(rows, first, last) {
  const kept = [];
  for (let index = first; index < last; index += 1) kept[index] = rows[index];
  return kept;
}
