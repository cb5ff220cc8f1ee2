// What pages of the desk do beside their lists and forms: tell what happens to an open task, offer to
// undo a completion while there is time, and ask whether notifications may be shown on this device.

import { mount as mountFloor, mountDialog } from "./floor.js";
import { mountAsking } from "./notices.js";
import { mount as mountUndo } from "./undo.js";
import { mount as mountWatch } from "./watch.js";

for (const button of document.querySelectorAll("[data-notify-ask]")) mountAsking(button);

for (const board of document.querySelectorAll("[data-floor]")) mountFloor(board);

for (const dialog of document.querySelectorAll("#floor-dialog")) mountDialog(dialog);

for (const form of document.querySelectorAll("[data-undo]")) mountUndo(form);

for (const place of document.querySelectorAll("[data-task-news]")) mountWatch(place);
