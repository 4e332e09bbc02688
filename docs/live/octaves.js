/** Pictures, as plain numbers, at several sizes. */

/** @typedef {{data: Float32Array, height: number, width: number}} Picture - RGB */

const BROAD = 8; // as many places as a change may keep its light at, along the shorter side

/**
 * The [height, width] of every octave, smallest first; the last is the picture's own.
 * @param {Picture} picture
 * @param {number} octaves
 * @param {number} scale
 */
export function octaveSizes({ height, width }, octaves, scale) {
  return Array.from({ length: octaves }, (_, i) => {
    const factor = scale ** (i + 1 - octaves);
    return [Math.round(height * factor), Math.round(width * factor)];
  });
}

/**
 * Resample, bicubic; when shrinking, averaged so that nothing aliases (as Pillow does).
 * @param {Picture} picture
 * @param {number} height
 * @param {number} width
 * @returns {Picture}
 */
export function resize(picture, height, width) {
  const across = along(picture.data, picture.height, picture.width, width, 3);
  const data = along(across, 1, picture.height, height, width * 3);
  return { data, height, width };
}

/** Resample the middle one of three axes: (outer, from, inner) becomes (outer, to, inner). */
function along(data, outer, from, to, inner) {
  if (from === to) return data;
  const result = new Float32Array(outer * to * inner);
  const scale = from / to;
  const wide = Math.max(scale, 1);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - 2 * wide + 0.5));
    const end = Math.min(from, Math.trunc(centre + 2 * wide + 0.5));
    const weights = Array.from({ length: end - first }, (_, k) =>
      cubic((first + k + 0.5 - centre) / wide),
    );
    const total = weights.reduce((a, b) => a + b);
    for (let o = 0; o < outer; o++) {
      const row = (o * to + i) * inner;
      weights.forEach((weight, k) => {
        const source = (o * from + first + k) * inner;
        const share = weight / total;
        for (let c = 0; c < inner; c++) result[row + c] += share * data[source + c];
      });
    }
  }
  return result;
}

function cubic(distance) {
  const x = Math.abs(distance);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

/**
 * The picture with a change, made at whatever size.
 * @param {Picture} picture
 * @param {Picture} change
 */
export function changed(picture, change) {
  const { data } = resize(change, picture.height, picture.width);
  return clipped({ ...picture, data: data.map((value, i) => value + picture.data[i]) });
}

/** @param {Picture} picture */
export function clipped(picture) {
  return { ...picture, data: picture.data.map((value) => Math.min(1, Math.max(0, value))) };
}

/**
 * The picture with a margin that mirrors it, which dreams along and is then left out: a network
 * sees black beyond what it is given, and dreams a frame along that edge.
 * @param {Picture} picture
 * @param {number} margin - negative to leave it out
 */
export function mirrored(picture, margin) {
  const [height, width] = [picture.height + 2 * margin, picture.width + 2 * margin];
  const data = new Float32Array(height * width * 3);
  const place = (i, side) => side - 1 - Math.abs(side - 1 - Math.abs(i - margin));
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const source = (place(i, picture.height) * picture.width + place(j, picture.width)) * 3;
      data.set(picture.data.subarray(source, source + 3), (i * width + j) * 3);
    }
  }
  return { data, height, width };
}

/**
 * What has changed, less the share of its broad light that is put back.
 * @param {Picture} after
 * @param {Picture} before
 * @param {number} keepLight
 */
export function difference(after, before, keepLight) {
  const { height, width } = after;
  const change = { ...after, data: after.data.map((value, i) => value - before.data[i]) };
  const shrink = Math.min(1, BROAD / Math.min(height, width));
  const few = [height, width].map((side) => Math.max(1, Math.round(side * shrink)));
  const broad = resize(resize(change, ...few), height, width);
  return { ...change, data: change.data.map((value, i) => value - keepLight * broad.data[i]) };
}
