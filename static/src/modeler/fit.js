// Shows the whole diagram beside the palette, at most at its own size.

const MARGIN = { left: 84, right: 32, top: 32, bottom: 32 };
const NARROW = 600;

export function fit(canvas) {
  canvas.resized();
  const { inner, outer } = canvas.viewbox();
  if (!inner.width || !outer.width) return;
  canvas.viewbox(viewboxFor(inner, outer));
}

/**
 * The part of the drawing to show in a window of size `outer`, so that `inner` lies in its free part.
 * On a phone the palette covers what it covers: the drawing takes the whole width.
 */
export function viewboxFor(inner, outer) {
  const left = outer.width < NARROW ? MARGIN.right : MARGIN.left;
  const width = outer.width - left - MARGIN.right;
  const height = outer.height - MARGIN.top - MARGIN.bottom;
  const scale = Math.min(1, width / inner.width, height / inner.height);
  return {
    x: inner.x - (left + (width - inner.width * scale) / 2) / scale,
    y: inner.y - (MARGIN.top + (height - inner.height * scale) / 2) / scale,
    width: outer.width / scale,
    height: outer.height / scale,
  };
}
