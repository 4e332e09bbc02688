/** What keeps a dream looking like a picture: the colours and the smoothness of nature. */

/**
 * The gradient with the detail and the colours of natural pictures.
 * @param {tf.Tensor4D} gradient
 * @param {number} smoothing - 0 leaves the detail as it is, 1 gives every scale an equal part
 * @param {number} colour - 0 leaves the colours as they are, 1 moves along those of nature
 * @param {number[][]} root - of the covariance of red, green and blue
 */
export function naturalGradient(gradient, smoothing, colour, root) {
  let mixed = gradient;
  for (const sigma of [1, 2.5]) {
    mixed = mixed.add(asLarge(blur(gradient, sigma), gradient).mul(smoothing));
  }
  const correlated = mixed.reshape([-1, 3]).matMul(tf.tensor2d(root)).reshape(mixed.shape);
  return mixed.mul(1 - colour).add(asLarge(correlated, mixed).mul(colour));
}

/** `x` with the root mean square of `model`; scaled first, as squares need room in 16 bits. */
function asLarge(x, model) {
  const size = (x) => {
    const most = x.abs().max().add(1e-30);
    return x.div(most).square().mean().sqrt().mul(most);
  };
  return x.mul(size(model).div(size(x)));
}

/** Gaussian blur; at the edges of the picture it averages over what there is. */
function blur(x, sigma) {
  const reach = Math.ceil(4 * sigma);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-0.5 * ((i - reach) / sigma) ** 2),
  );
  for (const shape of [
    [-1, 1, 1, 1],
    [1, -1, 1, 1],
  ]) {
    const kernel = tf.tensor1d(weights).reshape(shape).tile([1, 1, 3, 1]);
    const along = (x) => tf.depthwiseConv2d(x, kernel, 1, "same");
    x = along(x).div(along(tf.onesLike(x)));
  }
  return x;
}
