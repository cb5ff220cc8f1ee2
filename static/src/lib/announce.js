// Tells a person with a screen reader what changed without moving the focus.

/** Say `sentence` through the page's polite live region; made on first use. */
export function announce(sentence) {
  let region = document.querySelector("[data-announcer]");
  if (!region) {
    region = document.createElement("div");
    region.dataset.announcer = "";
    region.className = "visually-hidden";
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  region.textContent = "";
  requestAnimationFrame(() => (region.textContent = sentence));
}
