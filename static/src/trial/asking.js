// The dialog in which a task's form is filled in, a service is answered, variables are written.

import { Problem } from "../lib/http.js";
import { t } from "../lib/texts.js";
import { field, h, jsonInput, jsonOf } from "./dom.js";

export class Asking {
  /** @param {HTMLDialogElement} dialog holds [data-asking-title] and [data-asking] */
  constructor(dialog) {
    this._dialog = dialog;
    this._title = dialog.querySelector("[data-asking-title]");
    this._place = dialog.querySelector("[data-asking]");
  }

  /** Ask by a form-js form; `done(answers)` gets what the server would take. */
  async form(title, { schema, style, script }, values, done) {
    await load(style, script);
    const card = h("div", { "data-form": "" }, block("schema", schema), block("values", values));
    const form = h("form", { class: "trial-form" }, card, this._problem(), this._buttons(t("Complete")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      delete form.dataset.sent;
      this._finish(form, () => done(JSON.parse(form.elements.answers.value)));
    });
    this._show(title, form);
    card.dispatchEvent(new CustomEvent("form:mount", { bubbles: true }));
  }

  /**
   * Ask by fields of JSON or text.
   *
   * @param {{label: string, name: string, value: unknown, kind: "json" | "text", hint?: string, samples?: object[]}[]} fields
   * @param {string} action what the button says
   * @param {(values: object) => Promise<object>} done
   */
  fields(title, fields, action, done) {
    const inputs = {};
    const rows = fields.map(({ label, name, value, kind, hint, samples = [] }) => {
      inputs[name] = { kind, input: kind === "json" ? jsonInput(value, 7) : h("input", { class: "form-control", value: value ?? "" }) };
      const row = field(label, inputs[name].input, hint);
      if (samples.length) row.append(sampleButtons(samples, inputs[name].input));
      return row;
    });
    const form = h("form", { class: "trial-form" }, rows, this._problem(), this._buttons(action));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this._finish(form, () => done(readAll(inputs)));
    });
    this._show(title, form);
  }

  /**
   * Let one of several be chosen, each with what it holds below it.
   *
   * @param {{value: object, label: string, more: HTMLElement}[]} choices the first is chosen at once
   * @param {string} action what the button of each says
   * @param {(value: object) => Promise<void>} done
   */
  choice(title, choices, action, done) {
    const form = h("form", { class: "trial-form" }, this._problem());
    const rows = choices.map(({ value, label, more }, index) => {
      const press = () => this._finish(form, () => done(value));
      const button = h("button", { type: "button", class: "btn btn-sm", "aria-label": `${action}: ${label}`, onclick: press }, action);
      return h("details", { class: "trial-choice", open: index === 0 }, h("summary", {}, h("span", {}, label)), more, button);
    });
    form.append(...rows);
    this._show(title, form);
  }

  async _finish(form, done) {
    const place = form.querySelector("[data-asking-problem]");
    try {
      const refusal = await done();
      if (!refusal) this._dialog.close();
      else complain(place, refusal);
    } catch (error) {
      if (error instanceof SyntaxError) complain(place, t("This is not JSON: {message}", { message: error.message }));
      else if (error instanceof Problem) complain(place, error.message);
      else throw error;
    }
  }

  _show(title, form) {
    this._title.textContent = title;
    this._place.replaceChildren(form);
    this._dialog.showModal();
  }

  _problem() {
    return h("p", { class: "bench-alert bench-alert--error", "data-asking-problem": "", role: "alert", hidden: true });
  }

  _buttons(action) {
    return h(
      "div",
      { class: "trial-form__buttons" },
      h("button", { type: "button", class: "btn", "data-close-dialog": "" }, t("Cancel")),
      h("button", { type: "submit", class: "btn btn-primary", "data-complete": "" }, action),
    );
  }
}

function readAll(inputs) {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { kind, input }]) => [name, kind === "json" ? jsonOf(input) : input.value.trim()]),
  );
}

function sampleButtons(samples, input) {
  const words = { scenario: t("From a scenario"), case: t("As in a real case"), names: t("Names only") };
  return h(
    "div",
    { class: "trial-samples" },
    samples
      .filter(({ returns }) => returns)
      .map(({ origin, returns }) =>
        h("button", { type: "button", class: "btn btn-sm", title: JSON.stringify(returns), onclick: () => (input.value = JSON.stringify(returns, null, 2)) }, words[origin]),
      ),
  );
}

function complain(place, sentence) {
  place.textContent = sentence;
  place.hidden = false;
}

function block(name, value) {
  const script = h("script", { type: "application/json", [`data-${name}`]: "" });
  script.textContent = JSON.stringify(value ?? {});
  return script;
}

let loading;

/** The script of task pages, when the first form is needed. */
function load(style, script) {
  loading ??= new Promise((resolve, reject) => {
    document.head.append(h("link", { rel: "stylesheet", href: style }));
    document.head.append(h("script", { src: script, onload: resolve, onerror: reject }));
  });
  return loading;
}
