// Small comforts of plain forms: a select that submits itself, a question before something final,
// a button that cannot be pressed twice, text copied to the clipboard.

import { announce } from "../lib/announce.js";
import { t } from "../lib/texts.js";

export function mountForms(root) {
  root.addEventListener("change", (event) => {
    if (event.target.closest("[data-submit-on-change]")) event.target.form?.requestSubmit();
  });
  root.addEventListener("submit", (event) => {
    const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
    if (question && !confirm(question)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (event.target.method === "post" && !event.target.closest("[hx-post], [data-form-owner]")) lock(event);
  }, true);
  // A page taken from the back-forward cache must not keep its buttons locked.
  addEventListener("pageshow", () => root.querySelectorAll("[data-locked]").forEach(unlock));
  root.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    announce(button.dataset.copied ?? t("Copied"));
  });
}

/** After the browser has read the submitter's value. */
function lock(event) {
  const button = event.submitter;
  setTimeout(() => {
    if (!button || event.defaultPrevented) return;
    button.dataset.locked = "";
    button.ariaDisabled = "true";
    button.style.pointerEvents = "none";
  });
}

function unlock(button) {
  delete button.dataset.locked;
  button.ariaDisabled = null;
  button.style.pointerEvents = "";
}
