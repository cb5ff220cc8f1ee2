// Copies go through the system's clipboard, from tab to tab. A browser that will not let us read it
// makes the modeler fall back to a clipboard of its own.

import { announce } from "../lib/announce.js";
import { t } from "../lib/texts.js";

export function mountClipboard(modeler) {
  modeler.on("native-copy-paste:error", () => {
    modeler.get("nativeCopyPaste").toggle(false);
    announce(t("The browser keeps its clipboard closed: copy again, it works within this window."));
  });
}
