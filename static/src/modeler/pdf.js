// A PDF of one page that holds one JPEG, written by hand: five objects and their places.

/** Points of paper for one pixel of the screen: 72 by 96. */
const POINTS = 0.75;

/**
 * @param {Uint8Array} jpeg
 * @param {number} width in pixels of the picture
 * @param {number} height
 * @param {number} scale pixels of the picture for one of the screen
 * @returns {Uint8Array}
 */
export function pdfOf(jpeg, width, height, scale) {
  const [across, down] = [width, height].map((pixels) => ((pixels / scale) * POINTS).toFixed(2));
  const drawing = `q ${across} 0 0 ${down} 0 0 cm /Diagram Do Q`;
  const parts = [];
  const places = [];
  let size = 0;
  const write = (part) => {
    const bytes = typeof part === "string" ? new TextEncoder().encode(part) : part;
    parts.push(bytes);
    size += bytes.length;
  };
  const object = (number, ...content) => {
    places.push(size);
    write(`${number} 0 obj\n`);
    content.forEach(write);
    write("\nendobj\n");
  };

  write("%PDF-1.4\n");
  object(1, "<< /Type /Catalog /Pages 2 0 R >>");
  object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
  object(
    3,
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${across} ${down}] /Contents 4 0 R `,
    "/Resources << /XObject << /Diagram 5 0 R >> >> >>",
  );
  object(4, `<< /Length ${drawing.length} >>\nstream\n${drawing}\nendstream`);
  object(
    5,
    `<< /Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB `,
    `/BitsPerComponent 8 /Filter /DCTDecode /Length ${jpeg.length} >>\nstream\n`,
    jpeg,
    "\nendstream",
  );
  const table = size;
  const rows = places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("");
  write(`xref\n0 ${places.length + 1}\n0000000000 65535 f \n${rows}`);
  write(`trailer\n<< /Size ${places.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`);

  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
