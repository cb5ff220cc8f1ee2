// Shows the state of a draft in the bar, and guards the window against losing what is not stored.

import { post, put, remove } from "../lib/http.js";
import { language, t } from "../lib/texts.js";
import { Draft } from "./draft.js";

// A browser carries this much after the page is gone.
const KEEPALIVE_BYTES = 60_000;

/** The draft of `root`'s config, wired to the bar; `read` gives its present text. */
export function mountDraft(root, config, read) {
  const place = root.querySelector("[data-save-state]");
  const draft = new Draft({
    revision: config.draft.revision,
    base: config.draft.content,
    read,
    send: (body, options) => put(config.urls.draft, body, options),
    show: (state, detail) => show(root, place, state, detail),
  });
  addEventListener("beforeunload", (event) => {
    if (!draft.isSaved) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") draft.save({ keepalive: config.draft.content.length < KEEPALIVE_BYTES });
  });
  root.addEventListener("click", (event) => {
    if (event.target.closest("[data-save-copy]")) copy(config, draft);
    if (event.target.closest("[data-discard-draft]")) throwAway(config, draft);
  });
  return draft;
}

function show(root, place, state, { message, saved_at } = {}) {
  const time = (saved_at ? new Date(saved_at) : new Date()).toLocaleTimeString(language(), { hour: "2-digit", minute: "2-digit" });
  const words = {
    saved: t("Draft saved {time}", { time }),
    changed: t("Not saved yet"),
    saving: t("Saving…"),
    unsaved: t("Not saved"),
    moved: t("Changed elsewhere"),
  };
  place.dataset.state = state;
  place.textContent = words[state];
  place.title = message ?? "";
  const bar = root.querySelector("[data-moved]");
  if (state === "moved") bar.querySelector("[data-moved-sentence]").textContent = message;
  bar.hidden = state !== "moved";
}

async function copy(config, draft) {
  const { url } = await post(config.urls.drafts, { kind: config.draft.kind, content: await draft.read() });
  draft.state = "moved";
  draft.forget();
  location.assign(url);
}

async function throwAway(config, draft) {
  if (!confirm(t("Throw this draft away? What was deployed stays as it is."))) return;
  await remove(config.urls.draft);
  draft.forget();
  location.assign(config.urls.list);
}
