// The test-run beside the canvas: the panel, its tools and keys, and what each state shows.

import { announce } from "../lib/announce.js";
import { get, post, Problem } from "../lib/http.js";
import { isCovered, isTyping } from "../lib/page.js";
import { t } from "../lib/texts.js";
import { togglePanel } from "../designer/panels.js";
import { Asking } from "./asking.js";
import { animate, paint } from "./canvas.js";
import { renderLog, renderMoves, renderVariables } from "./lists.js";
import { mountScenarios } from "./scenarios.js";
import { Session } from "./session.js";
import { moment, renderWaits } from "./waits.js";
import "./trial.css";

/** @param {{root: HTMLElement, modeler, config, draft, show: (id: string) => void, fit: () => void}} parts of the open editor */
export function mountTrial({ root, modeler, config, draft, show, fit }) {
  const panel = root.querySelector('[data-panel="trial"]');
  const part = (name) => panel.querySelector(`[data-trial-${name}]`);
  const { urls } = config;
  const dialog = root.querySelector("[data-asking-dialog]");
  const asking = new Asking(dialog);
  /** What shows forms as task pages do. */
  const formAssets = { script: dialog.dataset.script, style: dialog.dataset.style };
  let about = null;

  const session = new Session({ send, changed });
  const parts = { session, asking, about: () => about, show, nameOf };
  const scenarios = mountScenarios(part("scenarios"), { urls, session, asking, modeler, saved, show });

  /** "review[2]" and "outer/review" are called as the element is. */
  function nameOf(id) {
    const own = id.split("/").at(-1).replace(/\[\d+\]$/, "");
    return modeler.get("elementRegistry").get(own)?.businessObject.name || id;
  }

  async function saved() {
    if (await draft.save()) return true;
    tell(t("The draft is not saved yet, so it cannot be tried."));
    return false;
  }

  async function send(body) {
    await draft.save();
    return post(urls.trial, body);
  }

  function changed(state, isNew) {
    for (const each of panel.querySelectorAll("[data-needs-start]")) each.hidden = !state;
    part("intro").hidden = Boolean(state);
    part("start").textContent = state ? t("Restart") : t("Start");
    part("step").disabled = part("on").disabled = state?.state !== "halted";
    part("back").disabled = !state;
    if (!state) {
      say("");
      tell("");
      paint(modeler, null, session.breakpoints);
      return;
    }
    say(stateWords(state), state.state);
    tell(state.problem ?? state.unheard.at(-1) ?? "");
    part("clock").textContent = moment(state.now);
    renderWaits(part("waits"), state, parts);
    part("nothing").hidden = part("waits").childElementCount > 0;
    renderVariables(part("variables"), state, parts);
    renderMoves(part("moves"), parts);
    renderLog(part("log"), state);
    paint(modeler, state, session.breakpoints);
    if (isNew) animate(modeler, state);
  }

  function say(words, kind = "") {
    part("state").textContent = words;
    part("state").dataset.state = kind;
    if (words) announce(words);
  }

  function tell(sentence) {
    part("problem").textContent = sentence;
    part("problem").hidden = !sentence;
  }

  function setOpen(isOpen) {
    togglePanel(root, "trial", isOpen);
    root.querySelector("[data-toggle-trial]").setAttribute("aria-expanded", String(isOpen));
  }

  async function open() {
    const isOpening = panel.hidden;
    setOpen(isOpening);
    if (isOpening && root.querySelector('[data-panel="properties"]:not([hidden])')) togglePanel(root, "properties", false);
    fit();
    if (isOpening) await prepare();
    else paint(modeler, null, []);
  }

  async function prepare() {
    if (!(await saved())) return;
    try {
      about = { ...(await get(urls.trial)), formAssets };
      scenarios.set(about.scenarios, about.thrown);
      await session.again();
      if (!session.isStarted) paint(modeler, null, session.breakpoints);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      tell(error.message);
    }
  }

  async function start() {
    await prepare();
    if (!about) return;
    session.restart();
    const first = about.starts.find(({ kind }) => kind === "none") ?? about.starts[0];
    const begin = async (variables, message) =>
      (await session.begin({ ...(message ? { message } : { variables }), ...(about.starts.length > 1 && !message ? { element: first.element } : {}) })).problem;
    const schema = first && about.forms[first.form];
    const title = first ? first.name : t("Start");
    if (schema) asking.form(title, { schema, ...formAssets }, {}, (answers) => begin(answers));
    else if (first?.kind === "message") {
      asking.fields(title, [{ name: "with", label: t("Variables of the message"), kind: "json", value: {} }], t("Start"), (given) => begin(null, { name: first.event, with: given.with }));
    } else asking.fields(title, [{ name: "variables", label: t("Variables it starts with"), kind: "json", value: {} }], t("Start"), ({ variables }) => begin(variables));
  }

  function toggleBreakpoint() {
    const [selected] = modeler.get("selection").get();
    const id = (selected?.labelTarget ?? selected)?.id;
    if (!id || selected.waypoints) {
      tell(t("Select an element of the diagram first."));
      return;
    }
    const { breakpoints } = session;
    if (!breakpoints.delete(id)) breakpoints.add(id);
    paint(modeler, session.state, breakpoints);
    announce(breakpoints.has(id) ? t("Breakpoint set") : t("Breakpoint removed"));
  }

  const moveClock = () =>
    asking.fields(t("Move the clock"), [{ name: "clock", label: t("By how long, or to when"), kind: "text", value: "P1D", hint: t("P3D is 3 days, PT4H is 4 hours; what is due by then happens.") }], t("Move"), async ({ clock }) =>
      (await session.take({ clock })).problem,
    );
  const sendEvent = () => {
    const names = about.events.map(({ kind, name }) => `${kind} ${name}`).join(", ");
    asking.fields(
      t("Send a message or signal"),
      [
        { name: "name", label: t("Name"), kind: "text", value: about.events[0]?.name ?? "", hint: names ? t("Known here: {names}", { names }) : t("This process waits for none.") },
        { name: "key", label: t("Correlation key"), kind: "text", value: "" },
        { name: "with", label: t("Variables"), kind: "json", value: {} },
      ],
      t("Send"),
      async ({ name, key, with: variables }) => {
        const isSignal = about.events.some((event) => event.kind === "signal" && event.name === name);
        const step = isSignal ? { signal: { name, with: variables } } : { message: { name, ...(key ? { key } : {}), with: variables } };
        return (await session.take(step)).problem;
      },
    );
  };
  const actions = {
    open,
    start,
    step: () => session.goOn({ isStep: true }),
    on: () => session.goOn(),
    back: () => session.rewind(session.moves.length - 1),
    breakpoint: toggleBreakpoint,
    clock: moveClock,
    event: sendEvent,
  };

  root.addEventListener("click", (event) => {
    const action = event.target.closest("[data-trial]")?.dataset.trial;
    if (action) act(actions[action]);
  });
  panel.querySelector("[data-trial-stepwise]").addEventListener("change", ({ target }) => (session.isStepwise = target.checked));
  document.addEventListener("keydown", (event) => {
    if (panel.hidden || isTyping(event.target) || isCovered() || event.ctrlKey || event.metaKey || event.altKey) return;
    const action = { F8: "on", F10: "step", F9: "breakpoint" }[event.key];
    if (!action || (action !== "breakpoint" && !session.isStarted)) return;
    event.preventDefault();
    act(actions[action]);
  });

  async function act(action) {
    try {
      await action();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      tell(error.message);
    }
  }

  /** `#covered=element`: the project's page asks to see what its scenarios leave out. */
  async function showCovered(element) {
    await open();
    await act(scenarios.run);
    if (element) show(element);
  }

  // It is opened when it is asked for, not because it was open yesterday.
  setOpen(false);
  changed(null);
  const asked = /^#covered=(.*)$/.exec(location.hash);
  if (asked) modeler.get("eventBus").once("import.done", () => showCovered(decodeURIComponent(asked[1])));
  return { open };
}

function stateWords({ state, stopped_at }) {
  if (state === "halted") return stopped_at ? t("Stopped at a breakpoint") : t("Stopped between two steps");
  return { ended: t("Ended"), incident: t("Incident"), waiting: t("Waits") }[state];
}
