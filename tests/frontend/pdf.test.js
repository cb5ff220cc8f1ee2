import assert from "node:assert/strict";
import { test } from "node:test";

import { pdfOf } from "../../static/src/modeler/pdf.js";

test("a picture becomes a page of its size, and every object is where the table says", () => {
  const jpeg = new Uint8Array([0xff, 0xd8, 0x00, 0xff, 0xd9]);

  const text = Buffer.from(pdfOf(jpeg, 400, 200, 2)).toString("latin1");

  assert.ok(text.startsWith("%PDF-1.4\n"));
  assert.match(text, /MediaBox \[0 0 150\.00 75\.00\]/);
  const table = Number(/startxref\n(\d+)/.exec(text)[1]);
  assert.equal(text.slice(table, table + 4), "xref");
  const places = [...text.slice(table).matchAll(/^(\d{10}) 00000 n/gm)].map(([, place]) => Number(place));
  assert.equal(places.length, 5);
  places.forEach((place, index) => assert.ok(text.slice(place).startsWith(`${index + 1} 0 obj`)));
  assert.ok(text.includes("\xff\xd8\x00\xff\xd9\nendstream"));
});
