// Try a decision with values: the engine decides by the draft, the matched rows light up.

import { post, Problem } from "../lib/http.js";
import { t } from "../lib/texts.js";
import { feelOf } from "./feel_text.js";
import { matchedWords } from "./marks.js";

/**
 * @param {{root: HTMLElement, url: string, read: () => Promise<string>,
 *   light: (ids: string[]) => void}} parts
 * @returns {{offer: (decisions: object[]) => boolean, choose: (key: string) => void, stale: () => void}}
 */
export function mountTryOut({ root, url, read, light }) {
  const form = root.querySelector("[data-try]");
  const chooser = form.querySelector("[data-try-decision]");
  const fields = form.querySelector("[data-try-inputs]");
  const answer = form.querySelector("[data-try-answer]");
  const typed = new Map();
  let decisions = [];

  const current = () => decisions.find(({ key }) => key === chooser.value);
  const draw = () => fields.replaceChildren(...(current()?.inputs ?? []).map((input) => field(input, typed)));
  chooser.addEventListener("change", draw);
  fields.addEventListener("input", ({ target }) => typed.set(target.name, target.value));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const inputs = Object.fromEntries(
      (current()?.inputs ?? []).map(({ name, type }) => [name, feelOf(typed.get(name) ?? "", type)]),
    );
    try {
      const found = await post(url, { content: await read(), decision: chooser.value, inputs });
      answer.replaceChildren(...told(found));
      light(found.rules.map(({ id }) => id));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      answer.replaceChildren(paragraph(error.message, "try__problem"));
      light([]);
    }
    answer.dataset.state = "fresh";
  });

  return {
    /** The decisions there are now; what was typed stays. True when they are others than before. */
    offer(found) {
      if (JSON.stringify(found) === JSON.stringify(decisions)) return false;
      const chosen = chooser.value;
      decisions = found;
      chooser.replaceChildren(...decisions.map(({ key, name }) => new Option(name, key)));
      chooser.value = decisions.some(({ key }) => key === chosen) ? chosen : (decisions[0]?.key ?? "");
      chooser.closest(".field").hidden = decisions.length < 2;
      draw();
      return true;
    },
    choose(key) {
      if (chooser.value === key || !decisions.some((one) => one.key === key)) return;
      chooser.value = key;
      draw();
    },
    /** The draft went on: the answer is that of an older one. */
    stale() {
      light([]);
      if (answer.dataset.state === "fresh") answer.dataset.state = "stale";
    },
  };
}

function field({ name, type, choices }, typed) {
  const place = document.createElement("div");
  place.className = "field";
  const id = `try-${name.replace(/\W+/g, "-")}`;
  const label = document.createElement("label");
  label.className = "field__label";
  label.htmlFor = id;
  label.textContent = `${name} `;
  const kind = document.createElement("span");
  kind.className = "field__optional";
  kind.textContent = type.replace(/^feel:/, "") || "FEEL";
  label.append(kind);
  const control = type === "boolean" ? flag() : box(id, choices, place);
  control.id = id;
  control.name = name;
  control.value = typed.get(name) ?? "";
  place.prepend(label, control);
  return place;
}

function flag() {
  const select = document.createElement("select");
  select.className = "form-select";
  select.append(new Option(t("not given"), ""), new Option("true", "true"), new Option("false", "false"));
  return select;
}

function box(id, choices, place) {
  const input = document.createElement("input");
  input.className = "form-control";
  input.autocomplete = "off";
  if (choices.length) {
    const list = document.createElement("datalist");
    list.id = `${id}-choices`;
    list.append(...choices.map((choice) => new Option(choice, choice)));
    place.append(list);
    input.setAttribute("list", list.id);
  }
  return input;
}

function told({ outputs, rules, warnings }) {
  const list = document.createElement("dl");
  list.className = "try__outputs";
  for (const { name, value } of outputs) {
    const term = document.createElement("dt");
    term.textContent = name;
    const words = document.createElement("dd");
    words.textContent = value;
    list.append(term, words);
  }
  return [
    list,
    ...matchedWords(rules).map((words) => paragraph(words, "try__rules")),
    ...warnings.map((warning) => paragraph(warning, "try__warning")),
  ];
}

function paragraph(words, name) {
  const element = document.createElement("p");
  element.className = name;
  element.textContent = words;
  return element;
}
