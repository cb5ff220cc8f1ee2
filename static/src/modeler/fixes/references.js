// A form, decision or process that is only spelt in other letters, capital or small.

import { t } from "../../lib/texts.js";
import { extensionOf } from "../work/extensions.js";

export const referenceFixes = { missing_reference: respell };

const NAMED = [
  ["work:Form", "forms"],
  ["work:Decision", "decisions"],
];

function respell(place) {
  const { modeling, shape, owner, message, workCatalogue } = place;
  const named = NAMED.map(([type, kind]) => [extensionOf(owner, type), "key", kind]);
  if (owner.$instanceOf("bpmn:CallActivity")) named.push([owner, "calledElement", "processes"]);
  for (const [object, attribute, kind] of named) {
    const written = object?.get(attribute);
    const meant = written && message.includes(written) && onlyAlike(workCatalogue.list(kind), written);
    if (!meant) continue;
    return {
      words: t("Writes {wrong} as {right}, which is there.", { wrong: written, right: meant }),
      run: () => modeling.updateModdleProperties(shape, object, { [attribute]: meant }),
    };
  }
  return null;
}

/** The one key that differs in capitals only. */
function onlyAlike(known, written) {
  const alike = known.map(({ key }) => key).filter((key) => key.toLowerCase() === written.toLowerCase());
  return alike.length === 1 && alike[0] !== written ? alike[0] : null;
}
