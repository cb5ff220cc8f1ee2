// ISO 8601 durations in words: "P2DT4H" → "2 days 4 hours".

const SHAPE = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const UNITS = [
  ["{n} year", "{n} years"],
  ["{n} month", "{n} months"],
  ["{n} week", "{n} weeks"],
  ["{n} day", "{n} days"],
  ["{n} hour", "{n} hours"],
  ["{n} minute", "{n} minutes"],
  ["{n} second", "{n} seconds"],
];

/**
 * The duration in words, or null when the text is none.
 *
 * @param {string} text
 * @param {(text: string, values: object) => string} t the reader's wording
 */
export function inWords(text, t) {
  const match = SHAPE.exec(text.trim());
  if (!match) return null;
  const parts = match.slice(1).flatMap((amount, index) => {
    if (amount === undefined) return [];
    const [one, many] = UNITS[index];
    return [t(amount === "1" ? one : many, { n: amount })];
  });
  return parts.length ? parts.join(" ") : null;
}
