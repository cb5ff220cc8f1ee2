// Every page: htmx, theme, palette, keys, dialogs, tabs.

import { mountDialogs } from "./dialogs.js";
import { mountFocus } from "./focus.js";
import { mountForms } from "./forms.js";
import { mountHtmx } from "./htmx.js";
import { mountKeys } from "./keys.js";
import { mountPalette } from "./palette.js";
import { mountPreferences } from "./preferences.js";
import { mountSending } from "./sending.js";
import { mountTabs } from "./tabs.js";

mountPreferences(document);
mountHtmx(document);
mountFocus(document);
mountDialogs(document);
mountTabs(document);
mountForms(document);
mountSending(document);
mountKeys(document);
for (const dialog of document.querySelectorAll("[data-palette]")) mountPalette(dialog);
