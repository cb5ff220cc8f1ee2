// Problems and matched rules where they are: badges in the overview, marks at the rows of a table.

import { t } from "../lib/texts.js";
import { markProblems, showElement } from "../modeler/marks.js";
import { placeOf } from "./places.js";

const MARKS = ["row--error", "row--warning", "row--todo", "row--matched"];

export class Marks {
  /** @param {HTMLElement} canvas @param modeler dmn-js */
  constructor(canvas, modeler) {
    this._canvas = canvas;
    this._modeler = modeler;
    this._problems = [];
    this._matched = [];
    modeler.on("import.render.complete", () => this.refresh());
  }

  problems(found) {
    this._problems = found;
    this.refresh();
  }

  /** Light the rows with these ids, until the next change. */
  matched(ids) {
    this._matched = ids;
    if (ids.length) this._reveal(ids[0]);
    this.refresh();
  }

  refresh() {
    const viewer = this._modeler.getActiveViewer();
    if (this._modeler.getActiveView()?.type === "drd") this._markNodes(viewer);
    // The column of the numbers has no words of its own.
    for (const head of this._canvas.querySelectorAll("th.index-column:empty")) head.textContent = "#";
    for (const cell of this._canvas.querySelectorAll("td.rule-index")) {
      cell.closest("tr").classList.remove(...MARKS);
      cell.removeAttribute("title");
    }
    for (const { element, severity, message } of [...this._problems].reverse()) {
      const cell = element && this._cell(element);
      if (!cell) continue;
      cell.closest("tr").classList.remove(...MARKS);
      cell.closest("tr").classList.add(`row--${severity}`);
      cell.title = [message, cell.title].filter(Boolean).join("\n");
    }
    for (const id of this._matched) this._cell(id)?.closest("tr").classList.add("row--matched");
  }

  /** Open the view in which the element is, and bring it before the eye. */
  async show(id) {
    const place = placeOf(this._modeler.getDefinitions(), id);
    const view = this._modeler.getView(place?.inLogic ? place.node : this._modeler.getDefinitions());
    if (!view) return;
    if (view.id !== this._modeler.getActiveView()?.id) await this._modeler.open(view);
    if (view.type === "drd") {
      showElement(this._modeler.getActiveViewer(), id);
      return;
    }
    this._reveal(id);
    this._flash(this._cell(id) ?? this._canvas.querySelector(".decision-table-properties, .textarea"));
  }

  /** Turn to the page of a long table on which the element is. */
  _reveal(id) {
    if (this._modeler.getActiveView()?.type === "decisionTable") this._modeler.getActiveViewer().get("workPaging").revealElement(id);
  }

  /** The number cell of the rule that is or holds the element. */
  _cell(id) {
    const found = this._canvas.querySelector(`td[data-element-id="${CSS.escape(id)}"]`);
    const row = found?.dataset.rowId ?? id;
    return this._canvas.querySelector(`td.rule-index[data-row-id="${CSS.escape(row)}"]`);
  }

  _flash(element) {
    const row = element?.closest("tr") ?? element;
    row?.scrollIntoView({ block: "center", inline: "nearest" });
    row?.animate?.([{ boxShadow: "inset 0 0 0 2px var(--color-focus)" }, { boxShadow: "none" }], { duration: 1600 });
    element?.closest("tr")?.querySelector("[contenteditable]")?.focus();
  }

  _markNodes(viewer) {
    const definitions = this._modeler.getDefinitions();
    const moved = this._problems.map((problem) => {
      const place = problem.element && placeOf(definitions, problem.element);
      return { ...problem, element: place?.node.id ?? null };
    });
    markProblems(viewer, moved);
  }
}

/** Rows whose number is clicked tell their problems. */
export function mountRowTroubles(canvas, open) {
  canvas.addEventListener("click", (event) => {
    const cell = event.target.closest("td.rule-index[title]");
    if (cell) open(cell.dataset.rowId);
  });
}

/** "Rules 2, 3 matched"; where several tables took part, a sentence for each. */
export function matchedWords(rules) {
  if (!rules.length) return [t("No rule matched")];
  const tables = Map.groupBy(rules, ({ decision }) => decision);
  return [...tables].map(([decision, matched]) => {
    const numbers = matched.map(({ index }) => index).join(", ");
    const words = t(matched.length === 1 ? "Rule {numbers} matched" : "Rules {numbers} matched", { numbers });
    return tables.size > 1 ? `${decision}: ${words}` : words;
  });
}
