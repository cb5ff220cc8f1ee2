// A form in steps: groups at its top that are marked as one are shown one after the other. What
// stands beside them is always there. forms/steps.py reads the same mark.
//
// `[data-step]` of the card says where to go on; the HTML form carries the step as `step`. A draft
// holds it beside the answers as `_step`, a key that no field has and the server drops at the end.

import { announce } from "../lib/announce.js";
import { t } from "../lib/texts.js";

/** Whether a component of the schema is a step. */
export function isStep(component) {
  return component.type === "group" && ["true", "yes", true].includes(component.properties?.step);
}

/** Ids of a component and all below it. */
export function idsBelow(component) {
  return [component.id, ...(component.components ?? []).flatMap(idsBelow)];
}

/**
 * @param {object} form form-js
 * @param {HTMLElement} card `[data-form]`
 * @param {HTMLFormElement | null} owner
 * @returns {{go: (ids: string[]) => void, current: () => number} | null} null for a form without steps
 */
export function mountSteps(form, card, owner) {
  const steps = form._getState().schema.components.filter(isStep);
  if (steps.length < 2) return null;
  const ids = steps.map((step) => new Set(idsBelow(step)));
  const head = card.insertBefore(document.createElement("ol"), card.firstChild);
  head.className = "form-steps";
  const bar = card.appendChild(document.createElement("div"));
  bar.className = "form-steps__bar";
  const back = button(t("Back"), () => show(neighbour(-1), { focus: true }));
  const next = button(t("Next"), forward, "btn btn-primary");
  bar.append(back, next);
  const wanted = Number(card.dataset.step) || Number(form._getState().initialData?._step) || 0;
  let current = Math.min(Math.max(wanted, 0), steps.length - 1);
  if (owner?.dataset.draftUrl) {
    const read = form._getSubmitData.bind(form);
    form._getSubmitData = () => ({ ...read(), _step: current });
  }

  const row = (step) => {
    const group = card.querySelector(`[role=group][aria-labelledby="fjs-form-${form._id}-${CSS.escape(step.id)}"]`);
    return group?.closest(".fjs-layout-row") ?? group;
  };
  const isThere = (index) => row(steps[index]) != null;
  const there = () => steps.map((_, index) => index).filter(isThere);
  const neighbour = (direction) => {
    let index = current + direction;
    while (index >= 0 && index < steps.length && !isThere(index)) index += direction;
    return index >= 0 && index < steps.length ? index : current;
  };
  const isLast = () => neighbour(1) === current;

  function show(index, { focus = false } = {}) {
    current = index;
    draw();
    form._setState({});
    if (!focus) return;
    const place = there().indexOf(current) + 1;
    announce(t("Step {place} of {count}: {name}", { place, count: there().length, name: name(steps[current]) }));
    row(steps[current])?.querySelector("input, textarea, select, button")?.focus();
    card.scrollIntoView({ block: "start" });
  }

  function draw() {
    const present = there();
    if (!present.length) return;
    if (!present.includes(current)) current = present.find((index) => index > current) ?? present.at(-1);
    steps.forEach((step, index) => row(step)?.toggleAttribute("data-off-step", index !== current));
    head.replaceChildren(...present.map((index) => mark(name(steps[index]), index, current)));
    back.hidden = neighbour(-1) === current;
    next.hidden = isLast();
    bar.hidden = back.hidden && next.hidden;
    card.dataset.step = String(current);
    if (!owner) return;
    stepField(owner).value = String(current);
    for (const submit of owner.querySelectorAll("[data-complete]")) submit.hidden = !isLast();
  }

  /** The errors of one step only: what comes later is nobody's mistake yet. */
  function mistakes() {
    const errors = form.validate();
    const own = Object.fromEntries(Object.entries(errors).filter(([id]) => ids[current].has(id)));
    form._setState({ errors: own });
    return Object.keys(own).length;
  }

  function forward() {
    if (!mistakes()) show(neighbour(1), { focus: true });
    else requestAnimationFrame(() => card.querySelector(".fjs-has-errors :is(input, textarea, select, button)")?.focus());
  }

  function go(wrong) {
    const index = ids.findIndex((each) => wrong.some((id) => each.has(id)));
    if (index >= 0 && index !== current) show(index);
  }

  owner?.addEventListener(
    "submit",
    (event) => {
      if (event.target !== owner || event.submitter?.formNoValidate) return;
      if (!isLast()) {
        event.preventDefault();
        event.stopImmediatePropagation();
        forward();
      } else go(Object.keys(form.validate()));
    },
    { capture: true },
  );
  form.on("changed", () => {
    requestAnimationFrame(draw);
  });
  requestAnimationFrame(draw);
  return { go, current: () => current };
}

function button(words, onClick, className = "btn") {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className, textContent: words });
  made.addEventListener("click", onClick);
  return made;
}

function mark(words, index, current) {
  const item = document.createElement("li");
  item.textContent = words;
  item.className = index < current ? "form-steps__done" : "";
  if (index === current) item.setAttribute("aria-current", "step");
  return item;
}

function name(step) {
  return step.label || t("Step");
}

function stepField(owner) {
  let field = owner.elements.namedItem("step");
  if (!field) {
    field = document.createElement("input");
    field.type = "hidden";
    field.name = "step";
    owner.append(field);
  }
  return field;
}
