// Keeps what a guest typed so far under the address in `[data-progress]`, with the step that is open.

import { Problem, post } from "../lib/http.js";
import { debounce } from "../lib/page.js";
import { t } from "../lib/texts.js";

const QUIET_MS = 1500;

export function keepProgress(form, card, owner) {
  if (!card.dataset.progress) return;
  const said = document.createElement("span");
  said.className = "form-progress";
  said.setAttribute("role", "status");
  (owner.querySelector("footer") ?? owner).append(said);
  let isOver = false;
  const save = debounce(async () => {
    if (isOver) return;
    try {
      await post(card.dataset.progress, { answers: form._getSubmitData(), step: Number(card.dataset.step) || 0 });
      said.textContent = t("Saved");
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      said.textContent = t("The server cannot be reached; try again in a moment.");
    }
  }, QUIET_MS);
  form.on("field.updated", () => {
    said.textContent = "";
    save();
  });
  // From then on the answers themselves are on their way.
  owner.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) isOver = true;
  });
}
