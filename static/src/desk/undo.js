// Counts down for how long a completion can be undone, and takes the button away when the time is
// over. The words are read once, not every second.

import { t } from "../lib/texts.js";

const SECOND_MS = 1000;

/** @param {HTMLFormElement} form with data-undo, the seconds that are left */
export function mount(form) {
  const until = Date.now() + Number(form.dataset.undo) * SECOND_MS;
  const words = form.querySelector("#undo-left");
  words.setAttribute("aria-live", "off");
  const timer = setInterval(() => {
    const left = Math.ceil((until - Date.now()) / SECOND_MS);
    if (left > 0) {
      words.textContent = left === 1 ? t("1 second left") : t("{count} seconds left", { count: left });
      return;
    }
    clearInterval(timer);
    const place = form.closest("[data-undo-notice]") ?? form;
    if (place.contains(document.activeElement)) document.querySelector(".task-after a, main")?.focus();
    place.remove();
  }, SECOND_MS);
}
