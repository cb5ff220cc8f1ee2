// The number beside "Notifications", kept up to date; the newest is shown on the device where the
// person has allowed that and looks elsewhere.

import { announce } from "./announce.js";
import { get, Problem } from "./http.js";

const URL = "/notifications/unread";

/** There is something new for this person. */
export async function tellUnread() {
  try {
    const { count, newest } = await get(URL);
    for (const place of document.querySelectorAll("[data-unread]")) {
      place.firstChild.textContent = count;
      place.hidden = count === 0;
    }
    for (const { id, words, text, url } of newest) {
      announce(words);
      show(id, words, text, url);
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
}

function show(id, words, text, url) {
  if (!document.hidden || globalThis.Notification?.permission !== "granted") return;
  // The same tag on several tabs is one notification.
  const shown = new Notification(words, { body: text, tag: id });
  shown.addEventListener("click", () => {
    focus();
    location.assign(url);
  });
}
