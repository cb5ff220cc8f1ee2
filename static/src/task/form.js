// One `[data-form]`: a form-js form of the JSON blocks `data-schema`, `data-values` and
// `data-errors` ({path: sentence}), inside the HTML form that posts it (or `data-form="id"` names it).
//
// On submit the answers go as JSON into the field `answers` of that form. A button with
// `formnovalidate` (Save draft) posts them as they are.

import { Form } from "@bpmn-io/form-js-viewer";

import { announce } from "../lib/announce.js";
import { readJson } from "../lib/page.js";
import { t } from "../lib/texts.js";
import { placeErrors } from "../lib/field_errors.js";
import { keepDrafts } from "./drafts.js";
import { mountFiles, showKnown, takeKnown } from "./files.js";
import { emptyListsModule } from "./lists.js";
import { keepProgress } from "./progress.js";
import { requiredModule } from "./required.js";
import { mountSteps } from "./steps.js";
import { guardChanges } from "./unsaved.js";

const RESEND_MS = 4000;

/**
 * @param {HTMLElement} card
 * @param {{isPreview?: boolean}} options a preview may be left without a question
 */
export async function mount(card, { isPreview = false } = {}) {
  const owner = document.getElementById(card.dataset.form) ?? card.closest("form");
  // Form parts need their light ground in dark mode: their own colours know no other.
  card.dataset.bsTheme = "light";
  card.classList.add("form-card");
  const container = document.createElement("div");
  card.append(container);

  const form = new Form({ container, additionalModules: [{ translate: ["value", t] }, requiredModule, emptyListsModule] });
  const { values, known } = takeKnown(readJson("values", card, {}));
  await form.importSchema(readJson("schema", card), values);
  showKnown(form, known);
  if ("readonly" in card.dataset) {
    form.setProperty("readOnly", true);
    mountSteps(form, card, null);
    return;
  }
  if (isPreview) card.addEventListener("form:unmount", ({ detail }) => takeDown(form, detail), { once: true });
  if (!owner) return;
  mountFiles(form, card, owner, known);
  const steps = mountSteps(form, card, owner);
  nameInvalid(card, form);
  const guard = isPreview ? { touch() {}, release() {} } : guardChanges(form);
  showServerErrors(form, card, readJson("errors", card, {}), guard);
  requestAnimationFrame(() => steps?.go(Object.keys(form._getState().errors)));
  keepProgress(form, card, owner);
  const drafts = owner.dataset.draftUrl ? keepDrafts(form, owner, guard) : { sent() {}, kept() {} };
  if ("unsaved" in owner.dataset) drafts.kept();
  listen(owner, card, form, guard, drafts);
}

/** A preview is drawn anew: what was typed into it is handed over as `detail.typed`, by variable. */
function takeDown(form, detail) {
  const { data, initialData } = form._getState();
  const isTyped = ([name, value]) => JSON.stringify(value) !== JSON.stringify(initialData?.[name]);
  detail.typed = Object.fromEntries(Object.entries(data).filter(isTyped));
  form.destroy();
}

function listen(owner, card, form, guard, drafts) {
  // Its own buttons are locked here, after the fields were found valid.
  owner.dataset.formOwner = "";
  let isAsked = false;
  owner.addEventListener(
    "submit",
    (event) => {
      if (event.target !== owner) return;
      isAsked = true;
      takeInTyped(card);
      const { data, errors } = form.submit();
      isAsked = false;
      const isRefused = !event.submitter?.formNoValidate && Object.keys(errors).length > 0;
      if (isRefused || owner.dataset.sent) {
        event.preventDefault();
        event.stopImmediatePropagation();
        if (isRefused) pointAtFirst(card);
        return;
      }
      answersField(owner).value = JSON.stringify(data);
      owner.dataset.sent = "";
      guard.release();
      drafts.sent();
      // Sent again is right when the answer left this page in place (htmx, a network that failed).
      setTimeout(() => delete owner.dataset.sent, RESEND_MS);
    },
    { capture: true },
  );
  // It could not be sent: what was typed is still only here.
  owner.addEventListener("form:kept", () => {
    delete owner.dataset.sent;
    guard.touch();
    drafts.kept();
  });
  // Enter in a field of form-js submits its own form first.
  form.on("submit", () => {
    if (!isAsked) owner.requestSubmit(primaryButton(owner));
  });
}

/** form-js takes in what is typed a moment later, or when the field is left: whoever sends at once has left it. */
function takeInTyped(card) {
  const field = document.activeElement;
  if (!card.contains(field)) return;
  field.blur();
  field.focus({ preventScroll: true });
}

/** The button that completes; null when it stands elsewhere. */
function primaryButton(owner) {
  const buttons = [...owner.elements].filter((element) => element.type === "submit" && !element.closest(".fjs-container"));
  return buttons.find((button) => button.matches("[data-complete]")) ?? buttons.find((button) => !button.formNoValidate) ?? null;
}

function answersField(owner) {
  let field = owner.elements.namedItem("answers");
  if (!field) {
    field = document.createElement("input");
    field.type = "hidden";
    field.name = "answers";
    owner.append(field);
  }
  return field;
}

function showServerErrors(form, card, problems, guard) {
  if (!Object.keys(problems).length) return;
  const { errors, left } = placeErrors(problems, Object.values(form.get("formFieldInstanceRegistry").getAllKeyed()));
  form._setState({ errors });
  guard.touch();
  if (left.length) {
    const box = document.createElement("div");
    box.className = "form-card__problems";
    box.setAttribute("role", "alert");
    box.textContent = left.join(" ");
    card.prepend(box);
  }
  requestAnimationFrame(() => pointAtFirst(card));
}

function pointAtFirst(card) {
  requestAnimationFrame(() => {
    const field = card.querySelector(".fjs-has-errors input, .fjs-has-errors textarea, .fjs-has-errors select, .fjs-has-errors button");
    field?.focus();
    field?.scrollIntoView({ block: "center" });
    const count = card.querySelectorAll(".fjs-has-errors").length;
    announce(count === 1 ? t("1 field needs a look") : t("{count} fields need a look", { count }));
  });
}

/** form-js prints an error under its field; readers are told by aria-invalid as well. */
function nameInvalid(card, form) {
  const name = () => {
    for (const field of card.querySelectorAll(".fjs-form-field")) {
      const input = field.querySelector("input, textarea, select");
      input?.setAttribute("aria-invalid", String(field.classList.contains("fjs-has-errors")));
    }
  };
  form.on("changed", () => {
    // Nothing is returned: that would keep the event from those who listen after.
    requestAnimationFrame(name);
  });
}
