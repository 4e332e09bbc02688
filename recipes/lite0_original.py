"""EfficientNet-Lite0 as it came, in NumPy: what the converted network is compared with.

Nothing is folded, everything is float64, and no framework is asked: what the two have in common is
the weights alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

EPSILON = 1e-3  # of the batch normalisation


def original_logits(
    state: Mapping[str, np.ndarray], pictures: np.ndarray, strides: Sequence[int]
) -> np.ndarray:
    """What the original says of pictures.

    Parameters
    ----------
    state : mapping of str to numpy.ndarray
        Its weights, named and shaped as in PyTorch.
    pictures : numpy.ndarray, shape (n, height, width, 3), in [0, 1]
    strides : sequence of int
        The stride of each block.

    Returns
    -------
    numpy.ndarray, float64, shape (n, classes)
    """

    def normalised(x: np.ndarray, name: str) -> np.ndarray:
        gamma, beta, mean, variance = (
            state[f"{name}.{part}"].astype("float64")
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        return (x - mean) / np.sqrt(variance + EPSILON) * gamma + beta

    def step(x: np.ndarray, conv: str, norm: str, stride: int = 1) -> np.ndarray:
        return normalised(convolved(x, state[f"{conv}.weight"].astype("float64"), stride), norm)

    def relu6(x: np.ndarray) -> np.ndarray:
        return np.clip(x, 0, 6)

    x = (pictures.astype("float64") * 255 - 127) / 128
    x = relu6(step(x, "_conv_stem", "_bn0", 2))
    for number, stride in enumerate(strides):
        own = f"_blocks.{number}."
        before = x
        if f"{own}_expand_conv.weight" in state:
            x = relu6(step(x, f"{own}_expand_conv", f"{own}_bn0"))
        x = relu6(step(x, f"{own}_depthwise_conv", f"{own}_bn1", stride))
        x = step(x, f"{own}_project_conv", f"{own}_bn2")
        if x.shape == before.shape:
            x = x + before
    x = relu6(step(x, "_conv_head", "_bn1")).mean((1, 2))
    return x @ state["_fc.weight"].T + state["_fc.bias"]


def convolved(x: np.ndarray, kernel: np.ndarray, stride: int) -> np.ndarray:
    """A convolution with zeros around the picture; where their number is odd, one more after it.

    Parameters
    ----------
    x : numpy.ndarray, shape (n, height, width, channels)
    kernel : numpy.ndarray, shape (out, channels, size, size)
        Or (channels, 1, size, size), which looks at each channel alone.
    stride : int

    Returns
    -------
    numpy.ndarray, shape (n, ⌈height / stride⌉, ⌈width / stride⌉, out)
        TensorFlow's "same" padding.
    """
    size = kernel.shape[-1]
    sides = x.shape[1:3]
    rows, columns = (-(-side // stride) for side in sides)
    around = [(0, 0), (0, 0), (0, 0), (0, 0)]
    for axis, (side, many) in enumerate(zip(sides, (rows, columns), strict=True), start=1):
        zeros = max(0, (many - 1) * stride + size - side)
        around[axis] = zeros // 2, zeros - zeros // 2
    x = np.pad(x, around)
    alone = kernel.shape[1] < x.shape[-1]
    answer: Any = 0
    for i in range(size):
        for j in range(size):
            seen = x[:, i::stride, j::stride][:, :rows, :columns]
            tap = kernel[:, :, i, j]
            answer = answer + (seen * tap[:, 0] if alone else seen @ tap.T)
    return answer
