// A list of tasks: J and K walk, Enter opens, C claims, X selects; it keeps itself up to date, and
// offers to undo what was completed just before.

import { mount as mountUndo } from "../desk/undo.js";
import { mount as mountKeys } from "./keys.js";
import { mount as mountRefresh } from "./refresh.js";

// Filters swap the list as a whole: it is looked for each time.
const find = () => document.querySelector("[data-inbox]");

for (const form of document.querySelectorAll("[data-undo]")) mountUndo(form);

if (find()) {
  mountKeys(find);
  mountRefresh(find);
}
