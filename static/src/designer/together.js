// Several people at one draft: who is there, what they saved, and what becomes of both texts when
// two drew at once: merged, taken over, taken from the other, or kept as a copy.

import { announce } from "../lib/announce.js";
import { get, post, Problem } from "../lib/http.js";
import { isCovered, isTyping } from "../lib/page.js";
import { language, t } from "../lib/texts.js";
import { h } from "../trial/dom.js";
import { mountPresence } from "./presence.js";

/**
 * @param {{root: HTMLElement, config, draft, load: (content: string) => Promise<void>,
 *   isBusy?: () => boolean, comments: {heard: (mark: string) => Promise}}} parts
 *   `load` shows another text in the editor
 */
export function mountTogether({ root, config, draft, load, comments, isBusy = () => false }) {
  const urls = config.urls;
  const newer = root.querySelector("[data-newer]");
  mountChoice({ root, urls, draft, load });
  root.addEventListener("click", (event) => {
    if (event.target.closest("[data-load-newer]")) follow();
  });

  async function heard(answer) {
    comments.heard(answer.comments);
    const isBehind = answer.revision > draft.revision && draft.state === "saved" && draft.isSaved;
    newer.hidden = true;
    if (!isBehind) return;
    if (!isBusy() && !isCovered() && !isTyping(document.activeElement)) {
      await follow();
      return;
    }
    newer.querySelector("[data-newer-sentence]").textContent = t("{name} saved this draft at {time}.", { name: answer.saved_by, time: clock(answer.saved_at) });
    newer.hidden = false;
  }

  async function follow() {
    const answer = await get(urls.content);
    if (!draft.isSaved || answer.revision <= draft.revision) return;
    await load(answer.content);
    draft.rebase(answer.revision, answer.content, { isSaved: true });
    newer.hidden = true;
    announce(t("What {name} saved at {time} is shown now.", { name: answer.saved_by, time: clock(answer.saved_at) }));
  }

  return mountPresence({ root, url: urls.presence, heard });
}

/** The dialog that opens when both drew. */
function mountChoice({ root, urls, draft, load }) {
  const dialog = root.querySelector("[data-together-dialog]");
  const part = (name) => dialog.querySelector(`[data-together-${name}]`);
  let latest = null;

  const choices = () => Object.fromEntries([...part("conflicts").querySelectorAll("input:checked")].map(({ name, value }) => [name, value]));
  const refresh = () => {
    part("merge").disabled = Object.keys(choices()).length < part("conflicts").querySelectorAll("fieldset").length;
  };

  async function ask() {
    const mine = await draft.read();
    latest = { ...(await post(urls.merge, { base: draft.base, content: mine, choices: choices() })), sent: mine };
    describe(part, latest, choices());
    refresh();
    return latest;
  }

  const acts = {
    async merge() {
      const { content, revision, stored } = await ask();
      if (content === null) return;
      await load(content);
      close();
      await draft.rebase(revision, stored, { isSaved: false });
    },
    async mine() {
      const { revision } = await post(urls.takeover, { content: latest.sent });
      close();
      draft.rebase(revision, latest.sent, { isSaved: (await draft.read()) === latest.sent });
    },
    async theirs() {
      await post(urls.milestones, { content: latest.sent, message: t("Not taken over at {time}", { time: clock(new Date()) }) });
      await load(latest.stored);
      close();
      draft.rebase(latest.revision, latest.stored, { isSaved: true });
    },
  };

  function close() {
    part("conflicts").replaceChildren();
    dialog.close();
  }

  dialog.addEventListener("change", refresh);
  root.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-together]");
    if (!button) return;
    try {
      part("problem").hidden = true;
      if (button.dataset.together === "open") {
        await ask();
        if (!dialog.open) dialog.showModal();
      } else await acts[button.dataset.together]();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      part("problem").textContent = error.message;
      part("problem").hidden = false;
    }
  });
}

function describe(part, answer, chosen) {
  const { saved_by: name, conflicts, can_merge: canMerge } = answer;
  part("lead").textContent = t("{name} saved this draft at {time}, while you were drawing.", { name, time: clock(answer.saved_at) });
  part("other").textContent = t("{name} drew", { name });
  part("take").textContent = t("Take the drawing of {name}", { name });
  list(part("list-theirs"), answer.theirs);
  list(part("list-mine"), answer.mine);
  part("merge").hidden = !canMerge;
  part("unmergeable").hidden = canMerge;
  part("agreed").hidden = !canMerge || conflicts.length > 0;
  part("disputed").hidden = conflicts.length === 0;
  part("conflicts").replaceChildren(...conflicts.map((conflict) => question(conflict, answer, chosen[conflict.element])));
}

function list(place, told) {
  const rows = told.map(({ sentence }) => h("li", {}, sentence));
  place.replaceChildren(...(rows.length ? rows : [h("li", {}, t("Nothing that changes the meaning"))]));
}

function question({ element, name, mine, theirs }, answer, chosen) {
  const choice = (side, who, done, told) => {
    const words = told.filter((one) => one.element === element).map(({ sentence }) => sentence);
    const input = h("input", { type: "radio", class: "form-check-input", name: element, value: side });
    input.checked = chosen === side;
    return h("label", { class: "together__choice" }, input, h("span", {}, h("strong", {}, who), ` ${words.join("; ") || t(DONE[done])}`));
  };
  return h(
    "fieldset",
    { class: "together__question" },
    h("legend", {}, name),
    choice("theirs", answer.saved_by, theirs, answer.theirs),
    choice("mine", t("You"), mine, answer.mine),
  );
}

const DONE = {
  added: "it is new",
  removed: "it is gone",
  changed: "it is changed",
  moved: "it lies elsewhere",
  untouched: "it stays as it was",
  needed: "it stays, something leads there",
};

function clock(moment) {
  return new Date(moment).toLocaleTimeString(language(), { hour: "2-digit", minute: "2-digit" });
}
