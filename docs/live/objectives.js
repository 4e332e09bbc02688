/** What to climb: weighted sums of terms, each a function of one layer's activations. */

/**
 * @typedef {{weight: number, layer: string, score: (a: tf.Tensor) => tf.Tensor}} Term
 * @typedef {Term[]} Objective
 */

/**
 * Mean square of a layer's activations: "more of whatever this layer sees".
 * @param {string} name
 * @returns {Objective}
 */
export function layer(name) {
  return [{ weight: 1, layer: name, score: (a) => a.square().mean() }];
}

/**
 * Every position with whichever position of the guide it agrees with most.
 * @param {string} name
 * @param {tf.Tensor} activations - what the layer answers to the guide
 * @returns {Objective}
 */
export function guide(name, activations) {
  const channels = activations.shape.at(-1);
  const rows = (a) => a.reshape([-1, channels]);
  const score = (a) => rows(a).matMul(rows(activations), false, true).max(1).mean().div(channels);
  return [{ weight: 1, layer: name, score }];
}

/**
 * @param {Objective} objective
 * @param {Record<string, tf.Tensor>} activations
 * @returns {tf.Tensor} one number
 */
export function evaluate(objective, activations) {
  return tf.addN(objective.map((t) => t.score(activations[t.layer]).mul(t.weight)));
}
