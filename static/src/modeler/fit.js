// The whole diagram, beside the palette. On a phone the palette covers what it covers.

import { fit } from "../lib/fit.js";

const EDGE = 32;
const PALETTE = 84;
const NARROW = 600;

export function fitBesidePalette(canvas) {
  const left = canvas.getSize().width < NARROW ? EDGE : PALETTE;
  fit(canvas, { left, right: EDGE, top: EDGE, bottom: EDGE });
}
