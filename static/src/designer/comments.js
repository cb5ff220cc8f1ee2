// The comments panel beside a drawing: threads, open until resolved, each at an element or at the whole.

import { announce } from "../lib/announce.js";
import { get, post, Problem, put, remove } from "../lib/http.js";
import { language, t } from "../lib/texts.js";
import { h } from "../trial/dom.js";
import { togglePanel } from "./panels.js";

/**
 * @param {{root: HTMLElement, config, selected?: () => {id: string, name: string} | null,
 *   show?: (id: string) => void, mark?: (threads: object[], open: (id: string) => void) => void,
 *   onSelect?: (refresh: () => void) => void}} parts
 *   `selected` is what a new comment would be about; `mark` shows open threads on the canvas
 * @returns {{refresh: () => Promise, heard: (mark: string) => Promise}}
 */
export function mountComments({ root, config, selected = () => null, show = () => {}, mark = () => {}, onSelect = () => {} }) {
  const panel = root.querySelector("[data-panel=comments]");
  const part = (name) => panel.querySelector(`[data-comments-${name}]`);
  const form = panel.querySelector("form");
  const url = config.urls.comments;
  const about = { kind: config.draft.kind, key: config.draft.key };
  let threads = [];
  let only = null;
  let known = null;

  async function refresh() {
    const { comments } = await get(`${url}?${new URLSearchParams(about)}`);
    threads = threaded(comments);
    render();
  }

  function render() {
    const open = threads.filter((thread) => !thread.is_resolved);
    const wanted = threads.filter((thread) => (part("resolved").checked || !thread.is_resolved) && (!only || thread.element === only));
    part("list").replaceChildren(...wanted.map((thread) => row(thread, { show, act })));
    part("none").hidden = wanted.length > 0;
    part("all").hidden = !only;
    for (const place of root.querySelectorAll("[data-comments-count]")) place.textContent = open.length || "";
    mark(open, (id) => {
      only = id;
      togglePanel(root, "comments", true);
      render();
    });
  }

  function aim() {
    const element = selected();
    part("about").textContent = element ? t("Comment on “{name}”", { name: element.name }) : t("Comment on the whole");
  }

  /** Do something and show what is true then; what went wrong is said in the panel. */
  async function act(work) {
    part("problem").hidden = true;
    try {
      const answer = await work();
      if (answer?.left_out?.length) announce(t("Not told, because they do not draw: {names}", { names: answer.left_out.join(", ") }));
      await refresh();
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      part("problem").textContent = error.message;
      part("problem").hidden = false;
      return false;
    }
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const element = selected();
    const text = form.elements.text.value;
    const said = { ...about, element: element?.id ?? null, element_name: element?.name ?? "", text };
    if (await act(() => post(url, said))) form.reset();
  });
  part("resolved").addEventListener("change", render);
  part("all").addEventListener("click", () => {
    only = null;
    render();
  });
  onSelect(aim);
  aim();
  if (location.hash === "#comments") togglePanel(root, "comments", true);

  return {
    /** Read what there is. */
    refresh: () => act(() => null),
    /** The server's mark of what was said last: what others say appears, but never under an answer that is being written. */
    async heard(mark) {
      if (mark === known || isAnswering(panel)) return;
      const isFirst = known === null;
      known = mark;
      if (!isFirst) await act(() => null);
    },
  };
}

function isAnswering(panel) {
  return [...panel.querySelectorAll(".comment__answer:not([hidden]) textarea")].some(({ value }) => value.trim());
}

/** Comments as threads: each first one with its answers, the newest thread first. */
export function threaded(comments) {
  const threads = comments.filter(({ thread }) => !thread).map((first) => ({ ...first, answers: comments.filter(({ thread }) => thread === first.id) }));
  return threads.toReversed();
}

function row(thread, { show, act }) {
  const place = thread.element
    ? h("button", { type: "button", class: "comment__place", onclick: () => show(thread.element) }, thread.element_name || thread.element)
    : h("span", { class: "comment__place comment__place--whole" }, t("The whole"));
  const settle = thread.is_resolved
    ? h("button", { type: "button", class: "btn btn-sm btn-quiet", onclick: () => act(() => remove(`${thread.url}/resolution`)) }, t("Reopen"))
    : h("button", { type: "button", class: "btn btn-sm btn-quiet", onclick: () => act(() => put(`${thread.url}/resolution`)) }, t("Resolve"));
  const reply = answerForm(thread, act);
  const open = h("button", { type: "button", class: "btn btn-sm btn-quiet", onclick: () => ((reply.hidden = false), reply.elements.text.focus()) }, t("Answer"));
  return h(
    "li",
    { class: `comment${thread.is_resolved ? " comment--resolved" : ""}`, "data-thread": thread.id },
    h("div", { class: "comment__head" }, place, thread.is_resolved ? h("span", { class: "comment__state" }, t("Resolved")) : null),
    said(thread, act),
    h("ul", { class: "comment__answers" }, thread.answers.map((answer) => h("li", {}, said(answer, act)))),
    h("div", { class: "comment__acts" }, open, settle),
    reply,
  );
}

function said(comment, act) {
  const time = new Date(comment.at).toLocaleString(language(), { dateStyle: "short", timeStyle: "short" });
  const back = comment.is_mine && h("button", { type: "button", class: "comment__back", onclick: () => takeBack(comment, act) }, t("Take back"));
  return h("div", { class: "comment__said" }, h("p", { class: "comment__by" }, h("strong", {}, comment.by), ` ${time} `, back), h("p", { class: "comment__text" }, comment.text));
}

function takeBack(comment, act) {
  if (confirm(t("Take this comment back, and the answers to it?"))) act(() => remove(comment.url));
}

function answerForm(thread, act) {
  const input = h("textarea", { class: "form-control", name: "text", rows: 2, maxlength: 4000, required: true, "aria-label": t("Answer") });
  const form = h("form", { class: "comment__answer", hidden: true }, input, h("button", { class: "btn btn-sm" }, t("Send")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act(() => post(`${thread.url}/answers`, { text: input.value }));
  });
  return form;
}
