"""A planted bias: pictures whose background gives the answer away, and a network for them."""

from __future__ import annotations

import keras
import numpy as np
from keras import layers as kl

from ..arguments import as_array, as_seed, number, of_kind, whole
from ..descent import MOST, fit
from ..images import as_batch
from ..networks.network import Network
from ..results import Training
from ..watching import Progress
from .lesson06_attack import winners

SHAPES = ("ring", "cross")
GROUNDS = ("meadow", "sea")
SIDE = 48


def scenes(
    count: int, *, matching: float, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rings and crosses, each on a meadow or on the sea.

    Parameters
    ----------
    count : int
    matching : float
        Share of rings on a meadow and of crosses on the sea, in [0, 1]. At 1 the background alone
        gives the shape away; at 0 it always misleads; at 0.5 it says nothing.
    seed : int

    Returns
    -------
    pictures : numpy.ndarray, float32, shape (count, 48, 48, 3), RGB in [0, 1]
    shapes : numpy.ndarray, int, shape (count,), positions in ``SHAPES``
    grounds : numpy.ndarray, int, shape (count,), positions in ``GROUNDS``

    Raises
    ------
    ValueError
        For a share outside [0, 1].

    Examples
    --------
    >>> from dreamkit.lessons.lesson06_planted import scenes
    >>> pictures, shapes, grounds = scenes(8, matching=1.0)
    >>> bool((shapes == grounds).all())
    True
    """
    number("matching", matching, 0, 1)
    count = whole("count", count, 1, 100_000)
    rng = np.random.default_rng(as_seed(seed))
    shapes = rng.integers(2, size=count)
    grounds = np.where(np.arange(count) < round(matching * count), shapes, 1 - shapes)
    grounds = grounds.astype(int)
    pictures = np.stack([_scene(*kinds, rng) for kinds in zip(shapes, grounds, strict=True)])
    order = rng.permutation(count)
    return pictures[order], shapes[order], grounds[order]


def _scene(shape: int, ground: int, rng: np.random.Generator) -> np.ndarray:
    y, x = np.mgrid[:SIDE, :SIDE].astype("float32")
    along, across = (x, y) if ground == 0 else (y, x)  # blades stand, waves lie
    bend = 2 * np.sin(across / rng.uniform(5, 9) + rng.uniform(0, 6))
    stripes = np.sin((along + bend) * rng.uniform(0.8, 1.1) + rng.uniform(0, 6))
    colour = np.array([(0.30, 0.55, 0.20), (0.20, 0.40, 0.65)][ground])
    picture = colour * (1 + 0.35 * stripes[:, :, None])
    radius, (down, right) = rng.uniform(8, 12), rng.uniform(14, SIDE - 14, 2)
    u, v = x - right, y - down
    if shape == 0:
        ink = np.abs(np.hypot(u, v) - radius) < 2.2
    else:
        ink = (np.minimum(np.abs(u), np.abs(v)) < 2.2) & (np.hypot(u, v) < radius + 2)
    picture[ink] = rng.choice((0.1, 0.9)) + rng.uniform(-0.1, 0.1, 3)  # neither tells the shape
    return np.asarray(
        np.clip(picture + 0.04 * rng.standard_normal(picture.shape), 0, 1).astype("float32")
    )


def build_shapes(seed: int = 0) -> keras.Model:
    """A small network that has not yet learnt to tell rings from crosses."""
    keras.utils.set_random_seed(as_seed(seed))
    picture = keras.Input((None, None, 3), name="picture")
    x = kl.Rescaling(2, -1)(picture)
    for place, (filters, stride) in enumerate([(16, 2), (32, 2), (48, 1)], 1):
        x = kl.Conv2D(filters, 3, stride, "same", use_bias=False)(x)
        x = kl.BatchNormalization(momentum=0.9)(x)
        x = kl.Activation("relu", name=f"relu{place}")(x)
    x = kl.GlobalAveragePooling2D()(x)
    return keras.Model(picture, kl.Dense(len(SHAPES), name="logits")(x), name="shapes")


def train_shapes(
    model: keras.Model,
    pictures: np.ndarray,
    shapes: np.ndarray,
    *,
    epochs: int,
    seed: int = 0,
    progress: Progress | None = None,
) -> Training:
    """Teach the network pictures and their shapes, from ``scenes``, in place and in seconds.

    Examples
    --------
    >>> from dreamkit.lessons.lesson06_planted import build_shapes, scenes, train_shapes
    >>> model, (pictures, shapes, _) = build_shapes(), scenes(64, matching=1.0)
    >>> train_shapes(model, pictures, shapes, epochs=1).stopped
    False
    """
    of_kind("model", model, keras.Model, "build_shapes makes one.")
    pictures, seed, epochs = as_batch(pictures), as_seed(seed), whole("epochs", epochs, 1, MOST)
    found = as_array("shapes", shapes)
    if found.shape != pictures.shape[:1] or not np.isin(found, range(len(SHAPES))).all():
        raise ValueError(f"shapes must hold 0 or 1 for each of the {len(pictures)} pictures.")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return fit(model, loss, pictures, found, epochs, 32, 3e-3, seed, progress)


def accuracy(network: Network, pictures: np.ndarray, labels: np.ndarray) -> float:
    """Share of pictures, float32 (n, height, width, 3) in [0, 1], whose label wins."""
    found = winners(network, pictures)
    if as_array("labels", labels).shape != found.shape:
        raise ValueError(f"labels must hold a number for each of the {len(found)} pictures.")
    return float(np.mean(found == labels))
