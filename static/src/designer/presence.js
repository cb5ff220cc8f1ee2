// Who else is at the draft: asked every few seconds, oftener while somebody is, and shown in the bar.

import { post, remove } from "../lib/http.js";
import { t } from "../lib/texts.js";
import { h } from "../trial/dom.js";

const ALONE_MS = 12_000;
const TOGETHER_MS = 4_000;

/**
 * @param {{root: HTMLElement, url: string, heard: (answer: object) => void}} parts
 *   `heard` is told what the server has: {revision, saved_by, saved_at, comments, others}
 * @returns {{beat: () => Promise}} begins with the first
 */
export function mountPresence({ root, url, heard }) {
  const place = root.querySelector("[data-presence]");
  const name = Array.from(crypto.getRandomValues(new Uint32Array(3)), (number) => number.toString(36)).join("");
  let timer = null;

  async function beat() {
    clearTimeout(timer);
    let wait_ms = ALONE_MS;
    if (document.visibilityState === "visible") {
      try {
        const answer = await post(url, { window: name });
        show(place, answer.others);
        if (answer.others.length) wait_ms = TOGETHER_MS;
        await heard(answer);
      } catch (error) {
        if (error.name !== "Problem") throw error;
        // Saving says what is wrong; who is there can wait.
      }
    }
    timer = setTimeout(beat, wait_ms);
  }

  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && beat());
  addEventListener("pagehide", () => remove(url, { window: name }, { keepalive: true }).catch(() => {}));
  return { beat };
}

function show(place, others) {
  const people = byPerson(others);
  place.hidden = people.length === 0;
  const words = sentence(people);
  if (place.dataset.said === words) return;
  place.dataset.said = words;
  place.replaceChildren(...people.slice(0, 4).map(chip), h("span", { class: "presence__words" }, words));
}

/** One entry a person, editing when one of their windows is. */
export function byPerson(others) {
  const people = new Map();
  for (const { name, is_me, is_editing } of others) {
    const known = people.get(name);
    people.set(name, { name, is_me, is_editing: is_editing || (known?.is_editing ?? false) });
  }
  return [...people.values()].toSorted((a, b) => Number(b.is_editing) - Number(a.is_editing));
}

/** "Ada is editing", "You have this open in another window". */
export function sentence(people) {
  if (!people.length) return "";
  const [first] = people;
  const rest = people.length - 1;
  if (first.is_me && !rest) return t("Open in another window of yours");
  if (rest) return t("{name} and {count} more are here", { name: first.name, count: rest });
  return first.is_editing ? t("{name} is editing", { name: first.name }) : t("{name} is looking", { name: first.name });
}

function chip({ name, is_editing }) {
  const initials = name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word[0]?.toUpperCase() ?? "")
    .join("");
  return h("span", { class: `presence__chip${is_editing ? " presence__chip--editing" : ""}`, title: name, "aria-hidden": "true" }, initials);
}
