/** What climbs where the pixels do not: the change of a photo's spectrum, how much of every wave. */

import { clipped, resize } from "./octaves.js";

/**
 * @typedef {import("./octaves.js").Picture} Picture
 * @typedef {object} Facts - of the package
 * @property {number} ends - from black and white the logit of a pixel is kept away
 * @property {number} contrast
 * @property {number} equalised - power of 1/frequency in a picture
 * @property {number} broad - cycles along the shorter side below which waves keep the photo's light
 * @property {number[][]} colours - from three independent ones to red, green and blue
 */

/** A photo at one size, to be changed in its logit; spectra are tensors (height, 3, width). */
export class Canvas {
  /**
   * @param {Picture} photo
   * @param {Picture} before - what has changed in its logit so far
   * @param {number} keepLight
   * @param {Facts} facts
   */
  constructor(photo, before, keepLight, facts) {
    const { height, width } = photo;
    const at = photo.data.map((value) => logit(value, facts.ends));
    const picture = (numbers) => tf.tensor(numbers, [1, height, width, 3]);
    this.contrast = facts.contrast;
    this.tensors = {
      at: picture(at.map((value, i) => value + before.data[i])),
      lost: picture(at.map((value, i) => photo.data[i] - sigmoid(value))),
      down: hartley(height),
      across: hartley(width),
      scale: tf.tensor(scale(height, width, keepLight, facts), [height, 1, width]),
      colours: tf.tensor2d(facts.colours),
    };
  }

  /** The picture of a spectrum, (1, height, width, 3); zeros are the photo with what was before. */
  decode(spectrum) {
    return this.tensors.lost.add(this.tensors.at.add(this.added(spectrum)).sigmoid());
  }

  /** What a spectrum adds to the logit of the photo. */
  added(spectrum) {
    const [height, , width] = spectrum.shape;
    const { scale, down, across, colours } = this.tensors;
    const waves = (x) =>
      down
        .matMul(x.reshape([height, 3 * width]))
        .reshape([3 * height, width])
        .matMul(across)
        .reshape([height, 3, width]);
    // these matrices are symmetric; WebAssembly multiplies with transposed ones slowly
    const sum = tf.customGrad((x) => ({ value: waves(x), gradFunc: waves }))(spectrum.mul(scale));
    const pixels = sum
      .transpose([0, 2, 1])
      .reshape([height * width, 3])
      .matMul(colours);
    return pixels.mul(this.contrast).reshape([1, height, width, 3]);
  }

  dispose() {
    tf.dispose(this.tensors);
  }
}

/** The waves of a side, each a row: cos + sin, the discrete Hartley transform. */
function hartley(side) {
  const data = new Float32Array(side * side);
  for (let i = 0; i < data.length; i++) {
    const angle = (2 * Math.PI * ((Math.floor(i / side) * (i % side)) % side)) / side;
    data[i] = (Math.cos(angle) + Math.sin(angle)) / Math.sqrt(side);
  }
  return tf.tensor(data, [side, side]);
}

/** How large each wave is: broad ones larger, but for the light to be kept; 1 on average. */
function scale(height, width, keepLight, { equalised, broad }) {
  const cycles = (i, side) => Math.min(i, side - i) / side;
  const [longer, shorter] = [Math.max(height, width), Math.min(height, width)];
  const data = new Float32Array(height * width).map((_, i) => {
    const share = Math.hypot(cycles(Math.floor(i / width), height), cycles(i % width, width));
    const frequency = Math.max(1, share * longer);
    const kept = keepLight * Math.exp(-(((2 * frequency * (longer / shorter)) / broad) ** 2));
    return frequency ** -equalised * (1 - kept);
  });
  const size = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
  return data.map((value) => value / size);
}

/**
 * The photo with a change of its logit, made at whatever size.
 * @param {Picture} photo
 * @param {Picture} change
 * @param {Facts} facts
 */
export function changed(photo, change, { ends }) {
  const data = resize(change, photo.height, photo.width).data.map((value, i) => {
    const at = logit(photo.data[i], ends);
    return sigmoid(at + value) + photo.data[i] - sigmoid(at);
  });
  return clipped({ ...photo, data });
}

function logit(value, ends) {
  const inside = Math.min(1 - ends, Math.max(ends, value));
  return Math.log(inside / (1 - inside));
}

const sigmoid = (value) => 1 / (1 + Math.exp(-value));

/**
 * A picture moved: each pixel is the one nearest to where a movement takes it from. What leaves on
 * one side comes in on the other. Written out, as WebGL would add up the gradient very slowly, and
 * 16 bits can't count pixels.
 * @param {tf.Tensor4D} x
 * @param {number[][]} movement - (2, 3): a matrix about the middle, and a shift in shares of a side
 */
export function picked(x, [[a, b, right], [c, d, down]]) {
  const [, height, width] = x.shape;
  const [middle, centre] = [(height - 1) / 2, (width - 1) / 2];
  const place = (value, side) => (((Math.floor(value + 0.5) % side) + side) % side) | 0;
  const from = new Int32Array(height * width);
  for (let i = 0, n = 0; i < height; i++) {
    for (let j = 0; j < width; j++, n++) {
      const column = a * (j - centre) + b * (i - middle) + centre + right * width;
      const row = c * (j - centre) + d * (i - middle) + middle + down * height;
      from[n] = 3 * (place(row, height) * width + place(column, width));
    }
  }
  const each = (x, move) => {
    const [data, result] = [x.dataSync(), new Float32Array(x.size)];
    for (let n = 0; n < from.length; n++) {
      for (let k = 0; k < 3; k++) move(result, data, 3 * n + k, from[n] + k);
    }
    return tf.tensor(result, x.shape);
  };
  const take = (result, data, to, source) => {
    result[to] = data[source];
  };
  const giveBack = (result, data, to, source) => {
    result[source] += data[to];
  };
  const pick = (x) => ({ value: each(x, take), gradFunc: (dy) => each(dy, giveBack) });
  return tf.customGrad(pick)(x);
}

/**
 * Noise, larger than a picture: every step cuts its own out of it. The same every time.
 * @param {number} height
 * @param {number} width
 * @param {number} deviation
 * @param {number} seed
 */
export function sheet(height, width, deviation, seed) {
  return tf.randomNormal([height, width, 3], 0, deviation, "float32", seed + 1); // 0 would be none
}
