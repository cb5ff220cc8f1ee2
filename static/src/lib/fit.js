// Which part of a drawing a window shows so that the whole of it can be seen.

/**
 * The viewbox that puts `inner` (the drawing) into the free middle of a window of size `outer`,
 * at most at its own size.
 *
 * @param {{x: number, y: number, width: number, height: number}} inner
 * @param {{width: number, height: number}} outer
 * @param {{left: number, right: number, top: number, bottom: number}} margin
 */
export function viewboxFor(inner, outer, margin) {
  const width = outer.width - margin.left - margin.right;
  const height = outer.height - margin.top - margin.bottom;
  const scale = Math.min(1, width / inner.width, height / inner.height);
  return {
    x: inner.x - (margin.left + (width - inner.width * scale) / 2) / scale,
    y: inner.y - (margin.top + (height - inner.height * scale) / 2) / scale,
    width: outer.width / scale,
    height: outer.height / scale,
  };
}

/** Show the whole drawing of a diagram-js canvas, unless it is not on the page. */
export function fit(canvas, margin) {
  canvas.resized();
  const { inner, outer } = canvas.viewbox();
  if (inner.width && outer.width) canvas.viewbox(viewboxFor(inner, outer, margin));
}
