// How real cases and scenarios went on what is drawn: told in the deploy dialog, and where a project is deployed.

import { t } from "../lib/texts.js";
import { h } from "../trial/dom.js";

/** Says in `place` how the cases of a process went, and lists what would be otherwise. */
export function showReplay(place, list, report) {
  place.dataset.outcome = report.different ? "failed" : "passed";
  place.textContent = replayWords(report);
  list.replaceChildren(
    ...report.differences.map(({ kind, sentence, count, cases }) =>
      h(
        "li",
        { "data-difference": kind },
        h("span", {}, `${sentence} `),
        h(
          "details",
          {},
          h("summary", {}, count === 1 ? t("1 case") : t("{count} cases", { count })),
          h("ul", { class: "release__cases" }, cases.map(({ name, url }) => h("li", {}, h("a", { href: url, target: "_blank", rel: "noopener" }, name)))),
        ),
      ),
    ),
  );
}

function replayWords({ cases, same, different, unclear, is_partial }) {
  if (!cases) return is_partial ? t("Time was up before one was played.") : t("No case of the last 30 days.");
  const parts = [t("{same} of {cases} go as they went", { same, cases })];
  if (different) parts.push(t("{different} would be otherwise", { different }));
  if (unclear) parts.push(t("{unclear} cannot be told from their log", { unclear }));
  if (is_partial) parts.push(t("time was up before all were played"));
  return parts.join(", ");
}

/** Of the branches of a process that no scenario goes through. */
export function uncoveredWords(count) {
  return count === 1 ? t("1 branch is covered by none") : t("{count} branches are covered by none", { count });
}
