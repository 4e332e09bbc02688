/** A network to dream with: the layers that `tools/live.py` found in the Keras model. */

import { load } from "./weights.js";

/** What each kind of layer makes of what came before. */
const KINDS = {
  Rescaling: ({ scale, offset }, [x]) => x.mul(scale).add(offset),
  Add: (_, [a, b]) => a.add(b),
  Conv2D: convolved,
  DepthwiseConv2D: convolved,
  Dense: ({ activation }, [x], [kernel, bias]) => {
    const y = x.matMul(kernel).add(bias);
    return activation === "relu" ? y.relu() : y;
  },
  BatchNormalization: ({ epsilon }, [x], [gamma, beta, mean, variance]) =>
    x
      .sub(mean)
      .mul(gamma.div(variance.add(epsilon).sqrt()))
      .add(beta),
};

export class Network {
  /**
   * @param {any} facts - of the JSON
   * @param {Float32Array[]} arrays - the weights, one for each of its shapes
   */
  constructor(facts, arrays) {
    this.facts = facts;
    const tensors = arrays.map((values, i) => tf.tensor(values, facts.shapes[i]));
    this.layers = facts.layers.map((layer) => ({
      ...layer,
      weights: layer.weights.map((i) => tensors[i]),
    }));
    this.tensors = tensors;
  }

  /** @param {string | URL} url - of the JSON */
  static async load(url) {
    const { facts, arrays } = await load(url);
    return new Network(facts, arrays);
  }

  /**
   * What some layers answer; only what they need is computed.
   * @param {tf.Tensor} x
   * @param {string[]} names
   * @returns {Record<string, tf.Tensor>}
   */
  features(x, names) {
    const answers = { input: x };
    const last = Math.max(...names.map((name) => this.layers.findIndex((l) => l.name === name)));
    for (const layer of this.layers.slice(0, last + 1)) {
      const inputs = layer.from.map((name) => answers[name]);
      answers[layer.name] = KINDS[layer.kind](layer, inputs, layer.weights);
    }
    return answers;
  }

  dispose() {
    tf.dispose(this.tensors);
  }
}

/**
 * A convolution with its bias and activation. Its gradient is written out, since WebAssembly lacks
 * that of the depthwise one: it is itself a depthwise convolution, with the kernel turned round,
 * of the gradient spread out by the stride.
 */
function convolved({ kind, strides, activation }, [x], [kernel, bias]) {
  const depthwise = kind === "DepthwiseConv2D";
  const how = { strides, pad: "same", dataFormat: "NHWC", dilations: [1, 1], activation };
  const fused = depthwise ? "FusedDepthwiseConv2D" : "FusedConv2D";
  const run = tf.customGrad((x, save) => {
    const y = tf.engine().runKernel(fused, { x, filter: kernel, bias }, how);
    save([y]);
    const gradFunc = (dy, [y]) => {
      const open =
        activation === "relu6" ? dy.mul(y.greater(0).logicalAnd(y.less(6)).cast("float32")) : dy;
      return depthwise
        ? depthwiseBack(open, kernel, x.shape, strides[0])
        : tf.conv2dTranspose(open, kernel, x.shape, strides, "same");
    };
    return { value: y, gradFunc };
  });
  return run(x);
}

function depthwiseBack(dy, kernel, [, height, width, channels], stride) {
  const turned = kernel.reverse([0, 1]);
  if (stride === 1) return tf.depthwiseConv2d(dy, turned, 1, "same");
  const [rows, columns] = dy.shape.slice(1);
  const size = kernel.shape[0];
  const spread = dy
    .reshape([rows * columns, channels])
    .pad([
      [0, 0],
      [0, (stride - 1) * channels],
    ])
    .reshape([rows, columns * stride * channels])
    .pad([
      [0, 0],
      [0, (stride - 1) * columns * stride * channels],
    ])
    .reshape([1, rows * stride, columns * stride, channels]);
  const around = [
    [height, rows],
    [width, columns],
  ].map(([side, few]) => {
    const before = Math.floor(Math.max((few - 1) * stride + size - side, 0) / 2);
    return [size - 1 - before, side - few * stride + before];
  });
  return tf.depthwiseConv2d(spread.pad([[0, 0], ...around, [0, 0]]), turned, 1, "valid");
}
