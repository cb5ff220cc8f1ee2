// What pages of the desk do beside their lists and forms: tell what happens to an open task, and
// ask whether notifications may be shown on this device.

import { mountAsking } from "./notices.js";
import { mount as mountWatch } from "./watch.js";

for (const button of document.querySelectorAll("[data-notify-ask]")) mountAsking(button);

for (const place of document.querySelectorAll("[data-task-news]")) mountWatch(place);
