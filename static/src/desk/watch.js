// Tells of what happens to an open task while somebody looks at it: taken, completed, gone. What is
// typed stays as it is.

import { get, Problem } from "../lib/http.js";
import { listen } from "../lib/live.js";
import { debounce } from "../lib/page.js";
import { t } from "../lib/texts.js";

const GATHER_MS = 200;

/** @param {HTMLElement} place with data-task-id, data-state, data-state-url and data-live-url */
export function mount(place) {
  const look = debounce(async () => {
    try {
      const now = await get(place.dataset.stateUrl);
      if (now.state !== place.dataset.state) show(place, now);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }, GATHER_MS);
  listen(place.dataset.liveUrl, (news) => {
    if (news.unknown || news.many || news.tasks?.includes(place.dataset.taskId)) look();
  });
}

function show(place, now) {
  place.dataset.state = now.state;
  if (document.querySelector("[data-form-owner]")?.dataset.sent !== undefined) return;
  const words = document.createElement("p");
  words.textContent = now.words;
  const link = document.createElement("a");
  Object.assign(link, { href: location.href, className: "btn btn-sm", textContent: t("Reload") });
  link.addEventListener("click", (event) => (event.preventDefault(), location.reload()));
  const box = document.createElement("div");
  box.className = "notice notice--warning";
  box.append(words, link);
  place.replaceChildren(box);
}
