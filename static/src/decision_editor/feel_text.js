// What a person types for an input, as FEEL: a text needs no quotes, a date no @.

const DATES = new Set([
  "date",
  "time",
  "dateTime",
  "date and time",
  "dayTimeDuration",
  "days and time duration",
  "yearMonthDuration",
  "years and months duration",
]);

/** The FEEL of `text` for an input of a type; "" for nothing typed, which is null. */
export function feelOf(text, type) {
  const plain = text.trim();
  if (!plain) return "";
  if (plain.startsWith("=")) return plain.slice(1);
  const kind = type.replace(/^feel:/, "");
  if (kind === "string") return JSON.stringify(text);
  if (DATES.has(kind) && /^[-\w:.+@/]+$/.test(plain)) return `@${JSON.stringify(plain)}`;
  return plain;
}
