/** A network that writes: an embedding, an LSTM and logits, one character after the other. */

import { load } from "./weights.js";

const MEMORY = 2000; // characters of a prompt that are read, the last

export class Writer {
  constructor({ name, alphabet, shapes }, [embedding, kernel, recurrent, bias, dense, shift]) {
    Object.assign(this, { name, alphabet, recurrent, dense, shift, units: shapes[2][0] });
    // what each character adds to the gates, once and for all
    this.added = [...alphabet].map((_, c) =>
      plus(bias, kernel, embedding.subarray(c * shapes[0][1], (c + 1) * shapes[0][1])),
    );
  }

  /** @param {string | URL} url - of the JSON */
  static async load(url) {
    const { facts, arrays } = await load(url);
    return new Writer(facts, arrays);
  }

  /**
   * The numbers of a text's characters, the last that are read; of an empty one, of a line end.
   * @param {string} text
   */
  encode(text) {
    const given = [...text.toLowerCase().normalize("NFC")].slice(-MEMORY);
    const strange = [...new Set(given)].filter((c) => !this.alphabet.includes(c));
    if (strange.length) {
      const named = strange.slice(0, 8).map((c) => `“${c}”`);
      throw new Error(
        `The writer has never seen ${named.join(", ")}. Leave ${strange[1] ? "them" : "it"} out.`,
      );
    }
    return (given.length ? given : ["\n"]).map((c) => this.alphabet.indexOf(c));
  }

  /** What is held before anything is read: hidden state and memory of the LSTM. */
  start() {
    return { h: new Float32Array(this.units), c: new Float32Array(this.units) };
  }

  /**
   * Read one more character.
   * @param {{h: Float32Array, c: Float32Array}} state
   * @param {number} character
   */
  step(state, character) {
    const n = this.units;
    const gates = plus(this.added[character], this.recurrent, state.h);
    const c = state.c.map((c, i) => {
      const [enter, forget, fresh] = [gates[i], gates[n + i], gates[2 * n + i]];
      return sigmoid(forget) * c + sigmoid(enter) * Math.tanh(fresh);
    });
    return { c, h: c.map((c, i) => sigmoid(gates[3 * n + i]) * Math.tanh(c)) };
  }

  /** Of the character that comes next, before they become probabilities. */
  logits(state) {
    return plus(this.shift, this.dense, state.h);
  }
}

/** A vector plus the product of a matrix, row by row, and another. */
function plus(start, matrix, vector) {
  const sums = Float64Array.from(start);
  const width = sums.length;
  for (let row = 0; row < vector.length; row++) {
    const [times, place] = [vector[row], row * width];
    for (let i = 0; i < width; i++) sums[i] += times * matrix[place + i];
  }
  return sums;
}

const sigmoid = (x) => 1 / (1 + Math.exp(-x));
