// Events at the border of an activity, and the keys by which messages find their case.

import { t } from "../../lib/texts.js";
import { extensionOf } from "../work/extensions.js";

export const eventFixes = { must_interrupt: interrupt, literal_key: readKey };

/** BPMN leaves no choice: an error ends what it happens in. */
function interrupt({ modeling, shape, owner }) {
  if (owner.get("cancelActivity") !== false) return null;
  return {
    words: t("Makes the event end its activity."),
    run: () => modeling.updateProperties(shape, { cancelActivity: true }),
  };
}

/** Only where a variable of that name is written somewhere: else the text may be meant. */
function readKey({ modeling, shape, owner, workVariables }) {
  const correlation = extensionOf(owner, "work:Correlation");
  const name = correlation?.get("key")?.trim();
  if (!name || !workVariables.of(shape).some((variable) => variable.name === name)) return null;
  return {
    words: t("Reads the variable {name}.", { name }),
    run: () => modeling.updateModdleProperties(shape, correlation, { key: `=${name}` }),
  };
}
