// The diagram as a picture: SVG as bpmn-js writes it, PNG and PDF drawn from it, and on paper.

import { download } from "../designer/download.js";
import { t } from "../lib/texts.js";
import { pdfOf } from "./pdf.js";

/** Pixels of a picture for one of the diagram, so that it stays sharp in print. */
const SCALE = 2;
const MAX_PIXELS = 8_000;
const MARGIN = 20;
const JPEG_QUALITY = 0.92;

/**
 * What the menu offers.
 *
 * @param {{name: () => string, title: () => string}} about the file's name and the paper's heading
 */
export function pictures(modeler, { name, title }) {
  return {
    "export-svg": async () => download(await svgOf(modeler), `${name()}.svg`, "image/svg+xml"),
    "export-png": async () => download(await blobOf(await draw(modeler), "image/png"), `${name()}.png`, "image/png"),
    "export-pdf": async () => {
      const canvas = await draw(modeler);
      const jpeg = await (await blobOf(canvas, "image/jpeg", JPEG_QUALITY)).arrayBuffer();
      download(pdfOf(new Uint8Array(jpeg), canvas.width, canvas.height, SCALE), `${name()}.pdf`, "application/pdf");
    },
    print: async () => putOnPaper(await svgOf(modeler), title()),
  };
}

async function svgOf(modeler) {
  return (await modeler.saveSVG()).svg;
}

/** The diagram on white, as large as is sharp and a browser can hold. */
async function draw(modeler) {
  const picture = await load(await svgOf(modeler));
  const scale = Math.min(SCALE, MAX_PIXELS / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil((picture.width + 2 * MARGIN) * scale);
  canvas.height = Math.ceil((picture.height + 2 * MARGIN) * scale);
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, MARGIN * scale, MARGIN * scale, picture.width * scale, picture.height * scale);
  return canvas;
}

async function load(svg) {
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await picture.decode();
  return picture;
}

function blobOf(canvas, type, quality) {
  return new Promise((resolve) => canvas.toBlob(resolve, type, quality));
}

/** One sheet over everything else, which only paper shows; it is gone when the printing is over. */
async function putOnPaper(svg, title) {
  const picture = await load(svg);
  picture.alt = t("Diagram of {name}", { name: title });
  const heading = document.createElement("h1");
  heading.textContent = title;
  const sheet = document.createElement("section");
  sheet.className = "print-sheet";
  sheet.dataset.printSheet = "";
  sheet.append(heading, picture);
  document.body.append(sheet);
  addEventListener("afterprint", () => sheet.remove(), { once: true });
  print();
}
