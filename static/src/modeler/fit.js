// The whole diagram, beside the palette; on a phone above it.

import { fit } from "../lib/fit.js";

const EDGE = 32;
const PALETTE = 84;
const NARROW = 600;

export function fitBesidePalette(canvas) {
  const isNarrow = canvas.getSize().width < NARROW;
  fit(canvas, { left: isNarrow ? EDGE : PALETTE, right: EDGE, top: EDGE, bottom: isNarrow ? PALETTE : EDGE });
}
