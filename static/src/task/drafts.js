// Saves what is typed into a form on the server, a moment after each pause. While that cannot be
// done, the text is kept in this browser, and the page says so and tries again.
//
//   saved ──type──▶ changed ──pause──▶ saving ──▶ saved
//                      ▲                  │
//                      ╰── try again ◀── kept here

import { announce } from "../lib/announce.js";
import { Problem, put } from "../lib/http.js";
import { debounce } from "../lib/page.js";
import { findObstacle } from "../lib/presence.js";
import { t } from "../lib/texts.js";
import { localDraft } from "./local_draft.js";

const PAUSE_MS = 1500;
const SOON_MS = 1000;
const AGAIN_MS = 10_000;
const MAY_BE_OBSTACLES = new Set([0, 400, 401]);
const HOPELESS = new Set([403, 404, 413, 422]);

/**
 * @param {object} form a form-js form
 * @param {HTMLFormElement} owner with data-draft-url and data-draft-revision
 * @param {{touch: () => void, release: () => void}} guard asks before text is left that is nowhere stored
 */
export function keepDrafts(form, owner, guard) {
  const url = owner.dataset.draftUrl;
  const person = document.querySelector("meta[name=signed-in]")?.content ?? "";
  const local = localDraft(person, url);
  const state = { revision: Number(owner.dataset.draftRevision), saved: "", isSent: false, isAsking: false };
  const say = sayer(owner);
  const read = () => form._getSubmitData();

  takeUpLocal(form, local, state, guard);
  state.saved = state.saved || JSON.stringify(read());

  const save = debounce(run, PAUSE_MS);
  form.on("changed", () => {
    if (state.isSent || JSON.stringify(read()) === state.saved) return;
    guard.touch();
    say("", t("Not saved yet"));
    save();
  });
  addEventListener("online", run);
  addEventListener("pagehide", () => isChanged() && local.keep({ answers: read(), revision: state.revision }));
  owner.addEventListener("click", (event) => {
    if (!event.target.closest("[data-save-draft]")) return;
    event.preventDefault();
    run().then(() => announce(say.last()));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    run().then(() => announce(say.last()));
  });
  if (isChanged()) save();

  return {
    /** The form is on its way; the page that answers drops what is kept here, or takes it up. */
    sent() {
      local.keep({ answers: read(), revision: state.revision });
      state.isSent = true;
    },
    /** It could not be sent after all. */
    kept() {
      state.isSent = false;
      run();
    },
  };

  function isChanged() {
    return !state.isSent && JSON.stringify(read()) !== state.saved;
  }

  async function run() {
    if (state.isAsking || state.isSent) return;
    const answers = read();
    const written = JSON.stringify(answers);
    state.isAsking = true;
    try {
      const answer = await put(url, { answers, revision: state.revision });
      Object.assign(state, { revision: answer.revision, saved: written });
      local.drop();
      guard.release();
      say(answer.trouble ? "trouble" : "saved", answer.trouble || answer.words);
      if (isChanged()) save();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      local.keep({ answers, revision: state.revision });
      await refused(error);
    } finally {
      state.isAsking = false;
    }
  }

  async function refused(error) {
    if (error.error === "DraftElsewhere") {
      elsewhere(error);
      return;
    }
    const obstacle = MAY_BE_OBSTACLES.has(error.status) ? await findObstacle() : null;
    const words = obstacle?.words ?? error.message;
    say("kept", `${words} ${t("What you typed is kept in this browser.")}`, obstacle?.signInUrl);
    const again = whenAgain(error, obstacle);
    if (again) setTimeout(run, again);
  }

  function elsewhere(error) {
    say("trouble", t("This form was filled in in another window as well."));
    say.choices(
      [t("Keep what is here"), () => ((state.revision = error.context.revision), run())],
      [t("Take what is there"), () => (local.drop(), guard.release(), location.reload())],
    );
  }
}

/** Milliseconds; 0 for somebody else's browser, or a task one may no longer see. */
function whenAgain(error, obstacle) {
  if (obstacle?.isStranger || HOPELESS.has(error.status)) return 0;
  return error.status === 400 && !obstacle ? SOON_MS : AGAIN_MS;
}

/** Text that this browser kept when it could not be stored, unless the server knows a newer one. */
function takeUpLocal(form, local, state, guard) {
  const kept = local.read();
  if (!kept) return;
  if (kept.revision !== state.revision) {
    local.drop();
    return;
  }
  state.saved = JSON.stringify(form._getSubmitData());
  form.importSchema(form._getState().schema, { ...form._getState().data, ...kept.answers });
  guard.touch();
}

/** Forget what this browser kept for a task that is closed or not theirs any more. */
export function dropLocal(url) {
  localDraft(document.querySelector("meta[name=signed-in]")?.content ?? "", url).drop();
}

function sayer(owner) {
  const place = owner.querySelector("[data-draft-state]");
  let last = "";
  const say = (tone, words, signInUrl) => {
    if (!place) return;
    last = words;
    place.dataset.tone = tone;
    place.textContent = words;
    if (signInUrl) place.append(link(signInUrl));
  };
  say.last = () => last;
  say.choices = (...choices) => place?.append(...choices.map(([words, act]) => button(words, act)));
  return say;
}

function link(href) {
  const made = document.createElement("a");
  Object.assign(made, { href, target: "_blank", textContent: t("Sign in in a new tab") });
  return made;
}

function button(words, act) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "btn btn-sm", textContent: words });
  made.addEventListener("click", act);
  return made;
}
