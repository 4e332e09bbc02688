/** How the next character is chosen: temperature, top-k, nucleus; always from logits. */

/**
 * Probabilities of the next character.
 * @param {ArrayLike<number>} logits
 * @param {number} temperature - 0 is always the most likely, 1 leaves the probabilities as they are
 * @param {number} [topK] - keep only so many of the most likely
 * @param {number} [topP] - keep the fewest that together have this probability
 * @returns {number[]} sums to 1
 */
export function distribution(logits, temperature, topK = Infinity, topP = 1) {
  const most = Math.max(...logits);
  const weights = Array.from(logits, (l) => Math.exp((l - most) / Math.max(temperature, 1e-30)));
  const total = sum(weights);
  const order = [...weights.keys()].sort((a, b) => weights[b] - weights[a]);
  const kept = weights.map(() => 0);
  let before = 0; // probability of all that are likelier
  for (const i of order.slice(0, topK)) {
    if (before >= topP) break;
    kept[i] = weights[i];
    before += weights[i] / total;
  }
  const left = sum(kept);
  return kept.map((weight) => weight / left);
}

/**
 * The first at which the running sum exceeds a chance from 0 to 1.
 * @param {number[]} probabilities
 */
export function pick(probabilities, chance = Math.random()) {
  let left = chance;
  for (const [i, p] of probabilities.entries()) {
    left -= p;
    if (left < 0) return i;
  }
  return probabilities.indexOf(Math.max(...probabilities)); // rounding
}

const sum = (values) => values.reduce((a, b) => a + b, 0);
