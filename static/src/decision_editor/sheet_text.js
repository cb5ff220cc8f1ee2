// Cells of a spreadsheet as they come through the clipboard, and what they are in a table of FEEL.

/**
 * Rows of cells: tabs and line ends divide them, a cell in quotes may hold both.
 *
 * @param {string} text
 * @returns {string[][]}
 */
export function cellsOf(text) {
  const rows = [[]];
  let rest = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (;;) {
    const { cell, length } = firstOf(rest);
    rows.at(-1).push(cell);
    if (length >= rest.length) return rows;
    if (rest[length] === "\n") rows.push([]);
    rest = rest.slice(length + 1);
  }
}

/** Whether the clipboard holds more than one cell: several lines alone may be one expression. */
export function isSheet(text, html) {
  return text.includes("\t") || (/\n./.test(text.trim()) && /<t[dr]\b/i.test(html));
}

/**
 * What a cell of a spreadsheet is in a column of a type. A text needs no quotes there; "=" begins
 * FEEL, "-" is any value, and what has quotes is FEEL already.
 */
export function feelOfCell(text, type) {
  const plain = text.trim();
  if (plain.startsWith("=")) return plain.slice(1).trim();
  const isText = type.replace(/^feel:/, "") === "string";
  return isText && !/"|^-?$|^null$/.test(plain) ? JSON.stringify(plain) : plain;
}

/** The first cell, and how much of the text it takes. */
function firstOf(text) {
  const quoted = /^"((?:[^"]|"")*)"(?=\t|\n|$)/.exec(text);
  // Quotes around a plain text are part of it; a spreadsheet adds them only where it must.
  if (quoted && /""|\n|\t/.test(quoted[1])) return { cell: quoted[1].replaceAll('""', '"'), length: quoted[0].length };
  const [cell] = /^[^\t\n]*/.exec(text);
  return { cell, length: cell.length };
}
