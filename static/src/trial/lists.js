// Variables, moves and log of a test-run.

import { t } from "../lib/texts.js";
import { h, pretty } from "./dom.js";
import { describeMove } from "./session.js";
import { moment } from "./waits.js";

export function renderVariables(place, state, { session, asking }) {
  const change = (name, value) =>
    asking.fields(
      name ? t("Change {names}", { names: name }) : t("New variable"),
      [
        ...(name ? [] : [{ name: "name", label: t("Name"), kind: "text", value: "" }]),
        { name: "value", label: t("Value as JSON"), kind: "json", value },
      ],
      t("Change"),
      async (given) => (await session.take({ set: { [name ?? given.name]: given.value } })).problem,
    );
  const rows = Object.entries(state.variables).map(([name, value]) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, name),
      h("td", {}, h("code", {}, brief(value))),
      h("td", {}, h("button", { type: "button", class: "btn btn-sm btn-quiet", "aria-label": t("Change {names}", { names: name }), onclick: () => change(name, value) }, t("Change"))),
    ),
  );
  place.replaceChildren(
    rows.length ? h("table", { class: "trial-table" }, h("tbody", {}, rows)) : h("p", { class: "trial-none" }, t("No variables yet.")),
    h("button", { type: "button", class: "btn btn-sm", onclick: () => change(null, null) }, t("Add a variable")),
  );
}

export function renderMoves(place, { session, nameOf }) {
  const last = session.moves.length;
  place.replaceChildren(
    ...session.moves.map((move, index) =>
      h(
        "li",
        { "aria-current": index + 1 === last ? "step" : undefined },
        h("span", {}, describeMove(move, t, nameOf)),
        index + 1 === last
          ? h("span", { class: "trial-here" }, t("now"))
          : h("button", { type: "button", class: "btn btn-sm btn-quiet", "aria-label": t("Back to: {move}", { move: describeMove(move, t, nameOf) }), onclick: () => session.rewind(index + 1) }, t("Back to here")),
      ),
    ),
  );
}

const SAID = { start: "entered", complete: "left", abort: "cancelled", error: "error", variables: "changed", arrive: "waits to join", join: "joined" };

export function renderLog(place, state) {
  const rows = state.log.map((entry, index) => ({ entry, isFresh: index >= state.fresh })).reverse();
  place.replaceChildren(
    ...rows.map(({ entry, isFresh }) =>
      h(
        "li",
        { class: isFresh ? "trial-log__fresh" : undefined },
        h("time", { datetime: entry.at }, moment(entry.at)),
        h("span", {}, `${entry.name} ${t(SAID[entry.lifecycle] ?? entry.lifecycle)}`),
        entry.variables && h("code", { title: pretty(entry.variables) }, brief(entry.variables)),
      ),
    ),
  );
}

function brief(value) {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
