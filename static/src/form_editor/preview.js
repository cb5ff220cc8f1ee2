// The form as associates will see it, beside the drawing: the same script and style as the task page.
// It follows what is drawn, keeps what was typed into it, and is filled with the sample data below it.

import { debounce } from "../lib/page.js";
import { t } from "../lib/texts.js";
import { asObject, defaultsOf, stillThere, withoutGiven } from "./sample.js";

const WAIT_MS = 350;

/**
 * @param {HTMLElement} root holds `[data-panel=preview]`
 * @param {object} editor form-js
 * @returns {{fill: (sample: {case: string, variables: object} | null) => void}}
 */
export function mountPreview(root, editor) {
  const panel = root.querySelector("[data-panel=preview]");
  const place = panel.querySelector("[data-preview]");
  const box = panel.querySelector("[data-sample]");
  const hint = panel.querySelector("[data-sample-hint]");
  let shown = null;
  let sample = {};
  let typed = {};
  let isOwn = false;

  /** Draw it anew, with what was typed; the same drawing only with new data. */
  function draw() {
    if (panel.hidden) return;
    const schema = editor.saveSchema();
    const wanted = asObject(box.value) ?? sample;
    const text = JSON.stringify([schema, wanted]);
    if (text === shown) return;
    shown = text;
    const last = takeDown(place);
    typed = stillThere(schema, withoutGiven({ ...typed, ...last }, sample, wanted));
    sample = wanted;
    const values = { ...sample, ...typed };
    // What is read stays where it is while the form is put up anew.
    const top = place.scrollTop;
    place.replaceChildren(formOf(schema, values, place.dataset.tryLabel));
    place.querySelector("[data-form]").dispatchEvent(new CustomEvent("form:mount", { bubbles: true }));
    requestAnimationFrame(() => (place.scrollTop = top));
  }

  function tell(sentence, isWrong = false) {
    box.setAttribute("aria-invalid", String(isWrong));
    hint.textContent = sentence;
  }

  function fill(found) {
    if (isOwn) return;
    box.value = JSON.stringify(found?.variables ?? defaultsOf(editor.saveSchema()), null, 2);
    tell(originOf(found));
    draw();
  }

  const drawSoon = debounce(draw, WAIT_MS);
  editor.on("changed", drawSoon);
  box.addEventListener("input", () => {
    isOwn = true;
    const isRead = asObject(box.value) !== null;
    tell(isRead ? t("Yours; kept until you leave this page.") : t("This is no JSON object yet; the form keeps what it had."), !isRead);
    drawSoon();
  });
  // What was drawn while it was closed is shown as soon as it is opened.
  new MutationObserver(() => draw()).observe(panel, { attributeFilter: ["hidden"] });
  return { fill };
}

/** Where sample data comes from, in words. */
function originOf(found) {
  if (found?.case) return t("Of the case {name}, as it came to this form. What is personal or secret is made up.", { name: found.case });
  if (found) return t("Of the scenario “{name}”: no case you may see came to this form yet.", { name: found.scenario });
  return t("The defaults of the fields: no case you may see came to this form yet.");
}

/** What was typed into the form that stands there; it is over with it. */
function takeDown(place) {
  const detail = {};
  place.querySelector("[data-form]")?.dispatchEvent(new CustomEvent("form:unmount", { detail }));
  return detail.typed ?? {};
}

function formOf(schema, values, label) {
  const form = document.createElement("form");
  const card = document.createElement("div");
  card.dataset.form = "";
  card.append(block("schema", schema), block("values", values));
  const button = document.createElement("button");
  button.className = "btn btn-primary";
  button.textContent = label;
  const answer = document.createElement("pre");
  answer.className = "preview__answer";
  form.append(card, button, answer);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    delete form.dataset.sent;
    answer.textContent = JSON.stringify(JSON.parse(form.elements.answers.value), null, 2);
  });
  return form;
}

function block(name, value) {
  const script = document.createElement("script");
  script.type = "application/json";
  script.setAttribute(`data-${name}`, "");
  script.textContent = JSON.stringify(value);
  return script;
}
