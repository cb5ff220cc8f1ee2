// Copies go through the system's clipboard, from tab to tab and from window to window. A browser
// that is busy or strict gives back nothing there: then the last copy counts that any tab of this
// browser made, which all of them remember.

import { createReviver } from "bpmn-js-native-copy-paste/lib/PasteUtil.js";

import { announce } from "../lib/announce.js";
import { t } from "../lib/texts.js";
import { Copies } from "./copies.js";

/** Before bpmn-js keeps or takes a copy of its own. */
const EARLIER = 2050;

export class Clipboard {
  static $inject = ["eventBus", "copyPaste", "moddle"];

  constructor(eventBus, copyPaste, moddle) {
    const copies = new Copies(navigator.clipboard, new BroadcastChannel("back-office-copies"));

    eventBus.on("copyPaste.elementsCopied", EARLIER, ({ tree, hints }) => {
      if (hints?.clip === false) return;
      copies.keep(JSON.stringify(tree));
      hints.clip = false;
    });

    eventBus.on("copyPaste.pasteElements", EARLIER, (context) => {
      if (context.tree) return undefined;
      const wanted = { ...context };
      copies.latest().then(({ text, isOpen }) => {
        if (text) copyPaste.paste({ ...wanted, tree: JSON.parse(text, createReviver(moddle)) });
        else if (!isOpen) announce(t("The browser keeps its clipboard closed: what you copy here can be pasted in this browser only."));
      });
      return false;
    });
  }
}

export const ClipboardModule = { __init__: ["workClipboard"], workClipboard: ["type", Clipboard] };
