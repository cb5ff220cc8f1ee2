// A span of time as people write it, in ISO 8601: "3 days" → "P3D", "1 Tag 4 Stunden" → "P1DT4H".

const UNITS = [
  ["Y", /^(?:years?|jahre?n?)$/],
  ["M", /^(?:months?|monate?n?)$/],
  ["W", /^(?:weeks?|wochen?)$/],
  ["D", /^(?:days?|tage?n?)$/],
  ["TH", /^(?:hours?|hrs?|h|stunden?|std)$/],
  ["TM", /^(?:minutes?|mins?|minuten?)$/],
  ["TS", /^(?:seconds?|secs?|sekunden?|sek)$/],
];
const PART = /(\d{1,4})\s*([a-z]+)\.?/g;
const WHOLE = /^\d{1,4}\s*[a-z]+\.?(?:(?:\s*,\s*|\s+(?:and\s+|und\s+)?)\d{1,4}\s*[a-z]+\.?)*$/;

/**
 * The span as ISO 8601, or null where the text is anything else, or could mean two things.
 *
 * @param {string} text
 */
export function spanOf(text) {
  const said = text.trim().toLowerCase();
  if (!WHOLE.test(said)) return null;
  const amounts = {};
  for (const [, amount, word] of said.matchAll(PART)) {
    const unit = UNITS.find(([, words]) => words.test(word))?.[0];
    if (!unit || unit in amounts) return null;
    amounts[unit] = Number(amount);
  }
  const part = (isClock) =>
    UNITS.map(([unit]) => unit)
      .filter((unit) => unit in amounts && unit.startsWith("T") === isClock)
      .map((unit) => `${amounts[unit]}${unit.at(-1)}`)
      .join("");
  return `P${part(false)}${part(true) && `T${part(true)}`}`;
}
