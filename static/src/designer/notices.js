// News lies over the canvas: good news goes by itself, the rest by a click.

const STAY_MS = 6000;

export function mountNotices(root = document) {
  const place = root.querySelector("[data-notice]");
  if (!place) return;
  place.addEventListener("click", (event) => {
    if (!event.target.closest("a, button")) event.target.closest(".notice")?.remove();
  });
  for (const notice of place.querySelectorAll(".notice--done, .notice--info")) {
    setTimeout(() => notice.remove(), STAY_MS);
  }
}
