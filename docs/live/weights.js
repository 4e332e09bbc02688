/** What `tools/live.py` exports: a JSON of facts, and weights in half precision. */

/**
 * @param {string | URL} url - of the JSON; the weights are beside it
 * @returns {Promise<{facts: any, arrays: Float32Array[]}>}
 */
export async function load(url) {
  const facts = await (await fetched(url)).json();
  const bytes = await (await fetched(`${url}`.replace(/json$/, "bin"))).arrayBuffer();
  const numbers = halves(new Uint16Array(bytes));
  let place = 0;
  const arrays = facts.shapes.map((shape) => {
    const size = shape.reduce((a, b) => a * b, 1);
    place += size;
    return numbers.subarray(place - size, place);
  });
  return { facts, arrays };
}

async function fetched(url) {
  const answer = await fetch(url).catch(() => null);
  if (!answer?.ok) {
    throw new Error(`${`${url}`.split("/").pop()} could not be loaded. Is the network there?`);
  }
  return answer;
}

/**
 * Numbers of 16 bits, as IEEE 754 has them, in 32.
 * @param {Uint16Array} bits
 */
export function halves(bits) {
  const values = Float32Array.from({ length: 1 << 16 }, (_, half) => {
    const exponent = (half >> 10) & 31;
    const fraction = (half & 1023) / 1024;
    const size = exponent ? (1 + fraction) * 2 ** (exponent - 15) : fraction * 2 ** -14;
    return half >> 15 ? -size : size;
  });
  return Float32Array.from(bits, (half) => values[half]);
}
