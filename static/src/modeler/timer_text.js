// The text of a timer, from what a person picks: ISO 8601 or cron.

export const PATTERNS = {
  timeDuration: [{ key: "after", label: "After", asks: ["count", "unit"] }],
  timeDate: [{ key: "at", label: "At", asks: ["moment"] }],
  timeCycle: [
    { key: "every", label: "Every so often", asks: ["count", "unit"] },
    { key: "daily", label: "Every day", asks: ["time"] },
    { key: "workdays", label: "Monday to Friday", asks: ["time"] },
    { key: "weekly", label: "Every week", asks: ["day", "time"] },
    { key: "monthly", label: "Every month", asks: ["date", "time"] },
  ],
};

/**
 * The text, "" while something is missing.
 *
 * @param {string} pattern
 * @param {{count?: string, unit?: string, time?: string, day?: string, date?: string, moment?: string}} wanted
 *   `unit`: M, H, D, W or MONTH; `time` "09:00" in UTC; `day` 1 (Monday) to 7; `moment` "2027-01-31T09:00", local
 */
export function textOf(pattern, wanted) {
  const { count, unit, moment } = wanted;
  if (pattern === "at") return moment ? new Date(moment).toISOString().replace(".000Z", "Z") : "";
  if (pattern === "after") return spanOf(Number(count), unit);
  if (pattern === "every") return spanOf(Number(count), unit) && `R/${spanOf(Number(count), unit)}`;
  return cronOf(pattern, wanted);
}

function cronOf(pattern, { time = "", day, date = "1" }) {
  const [hour, minute] = time.split(":").map(Number);
  if (!Number.isInteger(hour) || !Number.isInteger(minute)) return "";
  const days = { daily: "* * *", workdays: "* * 1-5", weekly: `* * ${day}`, monthly: `${Number(date)} * *` }[pattern];
  return `${minute} ${hour} ${days}`;
}

function spanOf(count, unit) {
  if (!Number.isInteger(count) || count < 1) return "";
  if (unit === "MONTH") return `P${count}M`;
  return unit === "D" || unit === "W" ? `P${count}${unit}` : `PT${count}${unit}`;
}
