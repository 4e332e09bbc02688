/** DeepDream: a photo climbs what a network sees in it. */

import { ascend } from "./ascent.js";
import * as objectives from "./objectives.js";
import { changed, clipped, difference, mirrored, octaveSizes, resize } from "./octaves.js";
import { naturalGradient } from "./preconditioning.js";
import * as spectrum from "./spectrum.js";

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
  const { facts } = network;
  const how = { ...usual(facts, settings.climb), ...settings };
  const waves = how.climb === "spectrum";
  const sizes = octaveSizes(
    waves ? within(photo, how, facts) : photo,
    how.octaves,
    how.octave_scale,
  );
  if (Math.min(...sizes[0]) < facts.smallest) {
    throw new Error(
      `The smallest of ${how.octaves} octaves would be ${sizes[0].join(" × ")} pixels, and the ` +
        `network needs at least ${facts.smallest}. Choose fewer octaves or a larger picture.`,
    );
  }
  const room = how.jitter && Math.min(...sizes[0]) > facts.margin;
  const kept = guide && answer(network, objective, guide);
  const aim = kept ? objectives.guide(objective, kept) : objectives.layer(objective);
  let change = { ...photo, data: new Float32Array(photo.data.length) };
  let done = 0;
  const octave = {
    ...how,
    margin: room ? facts.margin : 0,
    shift: () => facts.shifts[done % facts.shifts.length],
    move: () => facts.spectrum.moves[done % facts.spectrum.moves.length],
  };
  try {
    for (const size of sizes) {
      const start = clipped(resize(photo, ...size));
      const climb = (waves ? climbSpectrum : climbPixels)(start, change, network, aim, octave);
      for await (const step of climb) {
        done += 1;
        ({ change } = step);
        const image = waves
          ? spectrum.changed(photo, change, facts.spectrum)
          : changed(photo, change);
        yield { image, score: step.score, done, total: how.steps * sizes.length };
      }
    }
  } finally {
    kept?.dispose();
  }
}

/**
 * What is usual, for what climbs: the settings of the other climb are left out.
 * @param {object} facts
 * @param {string} [climb]
 */
export function usual({ settings, only, spectrum }, climb = settings.climb) {
  const others = Object.keys(only).filter((name) => name !== climb);
  const left = new Set(others.flatMap((name) => only[name]));
  const own = Object.entries(settings).filter(([name]) => !left.has(name));
  const factor = climb === "spectrum" ? spectrum.step : 1;
  return { ...Object.fromEntries(own), climb, step_size: factor * settings.step_size };
}

/** The largest size at which the spectrum of a photo climbs. */
function within({ height, width }, how, { smallest, spectrum: { largest } }) {
  const least = smallest * how.octave_scale ** (how.octaves - 1);
  const sides = [height, width];
  const share = Math.min(1, Math.max(largest / Math.max(...sides), least / Math.min(...sides)));
  return { height: Math.round(share * height), width: Math.round(share * width) };
}

/** An octave at which the pixels climb, yielding what has changed in them after every step. */
async function* climbPixels(photo, change, network, aim, how) {
  const start = mirrored(changed(photo, change), how.margin);
  for await (const { picture, score } of ascendPicture(start, network, aim, how)) {
    yield { change: difference(mirrored(picture, -how.margin), photo, how.keep_light), score };
  }
}

/** An octave at which the spectrum climbs, yielding what has changed in the photo's logit. */
async function* climbSpectrum(photo, change, network, aim, how) {
  const { height, width } = photo;
  const facts = network.facts.spectrum;
  const before = resize(change, height, width);
  const canvas = new spectrum.Canvas(photo, before, how.keep_light, facts);
  const noise = spectrum.sheet(height + facts.sheet, width + facts.sheet, how.noise, how.seed);
  const start = tf.zeros([height, 3, width]);
  const seen = (x) => {
    const { movement, cut } = how.move();
    const through = noise.slice([...cut, 0], [height, width, 3]);
    return spectrum.picked(canvas.decode(x), movement).add(through);
  };
  try {
    const climb = { steps: how.steps, stepSize: how.step_size, transform: seen };
    for await (const { x, score } of ascend(network, start, aim, climb)) {
      const added = tf.tidy(() => canvas.added(x));
      const data = (await added.data()).map((value, i) => value + before.data[i]);
      added.dispose();
      yield { change: { data, height, width }, score };
    }
  } finally {
    tf.dispose([start, noise]);
    canvas.dispose();
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
