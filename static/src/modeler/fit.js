// The whole diagram, beside the palette however wide that is now; on a phone above it.

import { fit } from "../lib/fit.js";

const EDGE = 32;
const GAP = 20;

export function fitBesidePalette(canvas) {
  // The palette has one column or two, as the height of the window asks.
  canvas.resized();
  const container = canvas.getContainer();
  const palette = container.querySelector(".djs-palette")?.getBoundingClientRect();
  fit(canvas, marginBeside(container.getBoundingClientRect(), palette));
}

/**
 * What is left free around a diagram.
 *
 * @param {{left: number, bottom: number}} outer
 * @param {{left: number, right: number, top: number, width: number, height: number} | undefined} palette
 */
export function marginBeside(outer, palette) {
  const margin = { left: EDGE, right: EDGE, top: EDGE, bottom: EDGE };
  if (!palette) return margin;
  if (palette.width > palette.height) return { ...margin, bottom: outer.bottom - palette.top + GAP };
  return { ...margin, left: palette.right - outer.left + GAP };
}
