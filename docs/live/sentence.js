/** Sentence dreams: a sentence's vector climbs what the network sees in it. */

import { ascend } from "./ascent.js";
import { Network } from "./network.js";
import { layer } from "./objectives.js";
import { tokenize } from "./tokens.js";
import { load } from "./weights.js";

export { tokenize };

export class Classifier {
  constructor(facts, arrays) {
    this.network = new Network(facts, arrays.slice(0, -1));
    this.words = facts.words;
    this.numbers = new Map(facts.words.map((word, number) => [word, number]));
    this.size = facts.shapes.at(-1)[1];
    this.vectors = arrays.at(-1);
  }

  /** @param {string | URL} url - of the JSON */
  static async load(url) {
    const { facts, arrays } = await load(url);
    return new Classifier(facts, arrays);
  }

  /** @param {number} number - of a word */
  word(number) {
    return this.vectors.subarray(number * this.size, (number + 1) * this.size);
  }

  /**
   * The sentence vector, the mean of the word vectors, and the words that are left out of it.
   * @param {string} text
   */
  read(text) {
    const words = tokenize(text);
    if (!words.length) throw new Error("There are no words in it. Write a sentence.");
    const unknown = [...new Set(words)].filter((word) => !this.numbers.has(word));
    const known = words.filter((word) => this.numbers.has(word));
    if (!known.length) {
      const some = unknown.slice(0, 8).join(", ");
      throw new Error(`None of these words is known: ${some}. Write a sentence in English.`);
    }
    const rows = known.map((word) => this.word(this.numbers.get(word)));
    const mean = (_, i) => rows.reduce((sum, row) => sum + row[i], 0) / rows.length;
    const vector = Float32Array.from({ length: this.size }, mean);
    return { vector, unknown };
  }

  /** Length of what fc2 answers to a sentence vector, and the probability that it is praise. */
  judge(vector) {
    return tf.tidy(() => {
      const x = tf.tensor2d(vector, [1, this.size]);
      const { fc2, logit } = this.network.features(x, ["fc2", "logit"]);
      return { norm: fc2.norm().dataSync()[0], p: logit.sigmoid().dataSync()[0] };
    });
  }

  /**
   * The words that point the same way as a vector, nearest first, among the most frequent.
   * @param {Float32Array} vector
   */
  nearest(vector, k = 12, frequent = 8000) {
    const length = (v) => Math.sqrt(v.reduce((sum, value) => sum + value * value, 0));
    const own = length(vector);
    const cosines = this.words.slice(0, frequent).map((word, number) => {
      const other = this.word(number);
      const product = other.reduce((sum, value, i) => sum + value * vector[i], 0);
      return [word, product / Math.max(length(other) * own, 1e-12)];
    });
    return cosines.sort((a, b) => b[1] - a[1]).slice(0, k);
  }
}

/**
 * The path of a sentence's vector: the first is its own.
 * @param {string} text
 * @param {Classifier} classifier
 */
export async function dreamSentence(text, classifier, { steps = 20, stepSize = 0.15 } = {}) {
  const { vector, unknown } = classifier.read(text);
  const x = tf.tensor2d(vector, [1, vector.length]);
  const vectors = [vector];
  const how = { steps, stepSize };
  for await (const { x: next } of ascend(classifier.network, x, layer("fc2"), how)) {
    vectors.push(await next.data());
  }
  x.dispose();
  return { vectors, unknown, judged: vectors.map((each) => classifier.judge(each)) };
}
