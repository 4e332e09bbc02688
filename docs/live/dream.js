/** DeepDream: a photo climbs what a network sees in it. */

import { ascend } from "./ascent.js";
import * as objectives from "./objectives.js";
import { changed, clipped, difference, mirrored, octaveSizes, resize } from "./octaves.js";
import { naturalGradient } from "./preconditioning.js";

const LEFT = 0.9; // of the dream, from one frame of a camera to the next
const GUIDE_SIDE = 224; // every position is compared with every one of the guide

/**
 * Dream over a photo, yielding the picture after every step; stop whenever you like.
 * @param {import("./octaves.js").Picture} photo
 * @param {import("./network.js").Network} network
 * @param {string} objective - a layer
 * @param {object} settings - in place of the usual ones; the package's `deepdream` explains them
 * @param {import("./octaves.js").Picture} [guide]
 */
export async function* deepdream(photo, network, objective, settings = {}, guide = null) {
  const how = { ...network.facts.settings, ...settings };
  const { smallest, shifts } = network.facts;
  const sizes = octaveSizes(photo, how.octaves, how.octave_scale);
  if (Math.min(...sizes[0]) < smallest) {
    throw new Error(
      `The smallest of ${how.octaves} octaves would be ${sizes[0].join(" × ")} pixels, and the ` +
        `network needs at least ${smallest}. Choose fewer octaves or a larger picture.`,
    );
  }
  const room = how.jitter && Math.min(...sizes[0]) > network.facts.margin;
  const margin = room ? network.facts.margin : 0;
  const kept = guide && answer(network, objective, guide);
  const aim = kept ? objectives.guide(objective, kept) : objectives.layer(objective);
  let change = { ...photo, data: new Float32Array(photo.data.length) };
  let done = 0;
  try {
    for (const [height, width] of sizes) {
      const start = clipped(resize(photo, height, width));
      const climb = ascendPicture(mirrored(changed(start, change), margin), network, aim, {
        ...how,
        shift: () => shifts[done % shifts.length],
      });
      for await (const { picture, score } of climb) {
        done += 1;
        change = difference(mirrored(picture, -margin), start, how.keep_light);
        yield { image: changed(photo, change), score, done, total: how.steps * sizes.length };
      }
    }
  } finally {
    kept?.dispose();
  }
}

/**
 * Dream over the frames of a camera, one step each, on top of what is left of the dream so far.
 * @param {() => import("./octaves.js").Picture} frame - the picture now
 * @param {import("./network.js").Network} network
 * @param {string} objective
 * @param {object} settings
 */
export async function* mirror(frame, network, objective, settings = {}) {
  const how = { ...network.facts.settings, step_size: 0.03, ...settings, steps: 1 };
  const aim = objectives.layer(objective);
  let change = null;
  for (let done = 0; ; done++) {
    const photo = frame();
    const start = change ? changed(photo, change) : photo;
    const shift = () => network.facts.shifts[done % network.facts.shifts.length];
    for await (const { picture } of ascendPicture(start, network, aim, { ...how, shift })) {
      yield picture;
      change = difference(picture, photo, how.keep_light);
      change.data = change.data.map((value) => LEFT * value);
    }
  }
}

/** Climb from a picture, yielding it after every step. */
async function* ascendPicture(picture, network, aim, how) {
  const { height, width } = picture;
  const x = tf.tensor(picture.data, [1, height, width, 3]);
  try {
    const climb = ascend(network, x, aim, {
      steps: how.steps,
      stepSize: how.step_size,
      transform: (x) => (how.jitter ? rolled(x, how.shift()) : x),
      treat: (g) => naturalGradient(g, how.smoothing, how.natural_colour, network.facts.colours),
      bounds: [0, 1],
    });
    for await (const { x, score } of climb) {
      yield { picture: { data: await x.data(), height, width }, score };
    }
  } finally {
    x.dispose();
  }
}

/** The picture shifted by some rows and columns; what leaves on one side comes in on the other. */
export function rolled(x, shift) {
  const roll = (x, sign) => {
    for (const axis of [1, 2]) {
      const side = x.shape[axis];
      const cut = (((sign * -shift[axis - 1]) % side) + side) % side;
      if (cut) x = tf.concat(tf.split(x, [cut, side - cut], axis).reverse(), axis);
    }
    return x;
  };
  // written out: TensorFlow.js puts the parts of this gradient together in the wrong order
  return tf.customGrad((x) => ({ value: roll(x, 1), gradFunc: (dy) => roll(dy, -1) }))(x);
}

/** What a layer answers to a guide, as it will be compared with. */
function answer(network, layer, guide) {
  const shrink = Math.min(1, GUIDE_SIDE / Math.max(guide.height, guide.width));
  const [height, width] = [guide.height, guide.width].map((side) =>
    Math.max(network.facts.smallest, Math.round(side * shrink)),
  );
  const { data } = clipped(resize(guide, height, width));
  return tf.tidy(() => network.features(tf.tensor(data, [1, height, width, 3]), [layer])[layer]);
}
