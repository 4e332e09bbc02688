/** How to climb: the one gradient-ascent loop, for a picture as for a sentence's vector. */

import { evaluate } from "./objectives.js";

const NEAR = 0.25; // from a bound; there steps become smaller, so that nothing piles up at it
// Phones compute in 16 bits, for which the gradient of a mean would be too small. A step only
// takes the gradient's direction.
const SCALE = 1024;

/**
 * @typedef {object} How
 * @property {number} steps
 * @property {number} stepSize - mean change of an element in one step
 * @property {(x: tf.Tensor) => tf.Tensor} [transform] - inside the gradient; drawn anew each step
 * @property {(gradient: tf.Tensor) => tf.Tensor} [treat] - the gradient, before the step is taken
 * @property {[number, number]} [bounds]
 */

/**
 * Score and gradient.
 * @param {import("./network.js").Network} network
 * @param {tf.Tensor} x
 * @param {import("./objectives.js").Objective} objective
 * @param {(x: tf.Tensor) => tf.Tensor} transform
 */
export function look(network, x, objective, transform = (x) => x) {
  const names = objective.map((term) => term.layer);
  const score = (x) => evaluate(objective, network.features(transform(x), names));
  return tf.valueAndGrad(score)(x, tf.scalar(SCALE));
}

/**
 * Climb, yielding every step's `x` and the score before it; stop whenever you like.
 * @param {import("./network.js").Network} network
 * @param {tf.Tensor} x
 * @param {import("./objectives.js").Objective} objective
 * @param {How} how
 */
export async function* ascend(network, x, objective, { steps, stepSize, ...how }) {
  let here = x.clone();
  try {
    for (let taken = 0; taken < steps; taken++) {
      const [value, next] = tf.tidy(() => {
        const { value, grad } = look(network, here, objective, how.transform);
        return [value, step(here, how.treat ? how.treat(grad) : grad, stepSize, how.bounds)];
      });
      here.dispose();
      here = next;
      const [score] = await value.data();
      value.dispose();
      yield { x: here, score };
    }
  } finally {
    here.dispose();
  }
}

function step(x, gradient, size, bounds) {
  const move = gradient.div(gradient.abs().mean().add(1e-12)).mul(size);
  if (!bounds) return x.add(move);
  const room = tf.where(gradient.greater(0), x.neg().add(bounds[1]), x.sub(bounds[0]));
  return x.add(move.mul(room.div(NEAR).minimum(1))).clipByValue(...bounds);
}
