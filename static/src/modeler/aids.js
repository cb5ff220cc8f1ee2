// What the server knows while a value is written: when a timer fires next, and what an expression
// gives in a real case. One case is chosen for all fields; it is forgotten with the page.

import { get, post, Problem } from "../lib/http.js";

const CHANGED = "workAids.changed";

export class Aids {
  static $inject = ["config.aids", "eventBus", "canvas"];

  /** @param {{firings: string, cases: string, preview: string}} urls */
  constructor(urls, eventBus, canvas) {
    this._urls = urls;
    this._eventBus = eventBus;
    this._canvas = canvas;
    this._asked = null;
    /** Cases to choose from, newest first, and the id of the chosen one. */
    this.cases = [];
    this.chosen = "";
  }

  /** Call `run` whenever another case is chosen; the answer ends that. */
  onChange(run) {
    this._eventBus.on(CHANGED, run);
    return () => this._eventBus.off(CHANGED, run);
  }

  choose(id) {
    this.chosen = id;
    this._eventBus.fire(CHANGED);
  }

  /** Ask once which cases there are; the newest is taken until the person takes another. */
  async find() {
    this._asked ??= this._find();
    return this._asked;
  }

  async _find() {
    const key = keyOf(this._canvas.getRootElement().businessObject);
    const found = await quietly(get(`${this._urls.cases}?key=${encodeURIComponent(key)}`));
    this.cases = found?.cases ?? [];
    this.choose(this.cases[0]?.id ?? "");
  }

  /** `{value, warnings, problem, isThere}` of an expression at an element in the chosen case. */
  preview(element, text) {
    return quietly(post(this._urls.preview, { case: this.chosen, element, text }));
  }

  /** `{firings: [{at, words}], problem}`; `more` are the case, the element, the calendar. */
  firings(kind, text, more = {}) {
    return quietly(post(this._urls.firings, { kind, text, case: this.chosen, ...more }));
  }
}

/** A key for the cases of what is drawn: of the first process that has something in it. */
function keyOf(root) {
  const participants = root.get("participants") ?? [];
  const processes = participants.map((pool) => pool.get("processRef")).filter(Boolean);
  return (processes.find((process) => process.get("isExecutable")) ?? processes[0] ?? root).get("id");
}

/** Nothing where the server cannot say: an aid is never in the way. */
async function quietly(asking) {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}

export const AidsModule = { workAids: ["type", Aids] };
