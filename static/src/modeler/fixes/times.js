// Spans of time that are written as people say them.

import { t } from "../../lib/texts.js";
import { extensionOf } from "../work/extensions.js";
import { spanOf } from "./spoken_time.js";

export const timeFixes = { timer: respellTimer, expression: respellTimer, duration: respellSetting };

const SETTINGS = {
  "work:Schedule": ["due", "remind", "followUp"],
  "work:Retry": ["delay", "max"],
  "work:Expect": ["wait"],
};

function respellTimer({ modeling, shape, owner, message }) {
  for (const timer of timersOf(owner)) {
    const duration = timer.get("timeDuration");
    const fix = respelt(duration?.get("body"), message, (body) =>
      modeling.updateModdleProperties(shape, duration, { body }),
    );
    if (fix) return fix;
  }
  return null;
}

function timersOf(owner) {
  const events = owner.$instanceOf("bpmn:Event") ? (owner.get("eventDefinitions") ?? []) : [];
  return events.filter((event) => event.$instanceOf("bpmn:TimerEventDefinition"));
}

function respellSetting({ modeling, shape, owner, message }) {
  for (const [type, names] of Object.entries(SETTINGS)) {
    const setting = extensionOf(owner, type);
    for (const name of setting ? names : []) {
      const fix = respelt(setting.get(name), message, (text) =>
        modeling.updateModdleProperties(shape, setting, { [name]: text }),
      );
      if (fix) return fix;
    }
  }
  return null;
}

/** The message quotes what it is about: an element may have several times. */
function respelt(written, message, write) {
  const text = written?.trim();
  const span = text && message.includes(text) && spanOf(text);
  return span ? { words: t("Writes {wrong} as {right}.", { wrong: text, right: span }), run: () => write(span) } : null;
}
