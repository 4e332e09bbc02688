"""What to climb, as an arrow through a layer's activations; and how several pictures differ."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras import ops

from ..arguments import as_array, number
from .kinds import mean_of
from .objective import Objective, objective_of

TINY = 1e-12  # added before dividing by a length or taking its root: silence has no direction
SMALLEST_COSINE = 0.1  # a smaller one counts as this


def _directions(a: Any, vectors: Any, power: Any) -> Any:
    ones = [1] * (len(a.shape) - 2)
    vectors = ops.reshape(vectors, (-1, *ones, a.shape[-1]))
    products = ops.sum(ops.multiply(a, vectors), axis=-1, keepdims=True)
    squares = [ops.sum(ops.square(x), axis=-1, keepdims=True) for x in (a, vectors)]
    cosines = products / ops.sqrt(squares[0] * squares[1] + TINY)
    return mean_of(products * ops.power(ops.maximum(cosines, SMALLEST_COSINE), power))


def direction(name: str, vector: np.ndarray, *, power: float = 0) -> Objective:
    """Mean dot product of a layer's activations with a vector, one number per channel.

    A channel is the special case of a vector with a single 1; the difference of two mean
    activations points from one idea to another.

    Parameters
    ----------
    name : str
        The layer.
    vector : array, shape (channels,)
    power : float
        From 0; each product is multiplied by the cosine of the angle to this power, so that large
        activations elsewhere count less than those that point the same way. Cosines below 0.1
        count as 0.1: there is always something to climb. After Carter et al., "Activation Atlas"
        (2019), and Lucid's ``cossim_pow``.

    Taught in lesson 06.
    """
    data = _vectors(vector, 1), _power(power)
    text = f"direction({name!r}, <{len(data[0])} numbers>{_named(power)})"
    return objective_of(_directions, name, data, text, channels=len(data[0]))


def directions(name: str, vectors: np.ndarray, *, power: float = 0) -> Objective:
    """As ``direction``, with a vector for each of n pictures side by side: (n, channels).

    From one direction to another in five pictures, which ``visualise`` draws with ``count=5``:
    ``directions(name, np.linspace(one, other, 5))``.

    Taught in lesson 06.
    """
    data = _vectors(vectors, 2), _power(power)
    count, channels = data[0].shape
    text = f"directions({name!r}, <{count} × {channels} numbers>{_named(power)})"
    return objective_of(_directions, name, data, text, channels=channels, count=count)


def _middle_direction(a: Any, vector: Any, power: Any) -> Any:
    shape = ops.shape(a)
    return _directions(a[:, shape[1] // 2, shape[2] // 2], vector, power)


def direction_neuron(name: str, vector: np.ndarray, *, power: float = 0) -> Objective:
    """As ``direction``, at the middle position of the layer alone: what grows there, grows once.

    Taught in lesson 06.
    """
    data = _vectors(vector, 1), _power(power)
    text = f"direction_neuron({name!r}, <{len(data[0])} numbers>{_named(power)})"
    return objective_of(_middle_direction, name, data, text, channels=len(data[0]), grid=(1, 1))


def _vectors(given: Any, axes: int) -> np.ndarray:
    vectors: np.ndarray = as_array("A direction", given).astype("float32")
    if vectors.ndim != axes or not vectors.size or not np.isfinite(vectors).all():
        what = {1: "A direction is a 1-D vector", 2: "Directions are a 2-D array"}[axes]
        raise ValueError(f"{what} of finite numbers, got shape {vectors.shape}.")
    return vectors


def _power(power: float) -> np.ndarray:
    return np.array(number("power", power, 0), "float32")


def _named(power: float) -> str:
    return f", power={power:g}" if power else ""


def diversity(name: str) -> Objective:
    """How little pictures that climb side by side are alike: several faces of one channel.

    For each picture, minus the mean cosine similarity of its Gram matrix (which channels of the
    layer answer together, wherever they do) to those of the other pictures: in [-1, 1], and 0 for
    a picture alone. This is the one objective whose scores depend on the other pictures. After
    Olah, Mordvintsev & Schubert, "Feature Visualization" (2017), "Diversity".

    Examples
    --------
    >>> from dreamkit.objectives import channel, diversity
    >>> channel("block10", 7) + 5 * diversity("block10")
    channel('block10', 7) + 5 * diversity('block10')

    Taught in lesson 06.
    """
    return objective_of(_diversity, name, (), f"diversity({name!r})")


def _diversity(a: Any) -> Any:
    a = ops.reshape(a, (ops.shape(a)[0], -1, a.shape[-1]))
    grams = ops.reshape(ops.matmul(ops.transpose(a, (0, 2, 1)), a), (-1, a.shape[-1] ** 2))
    grams = grams / ops.sqrt(ops.sum(ops.square(grams), axis=-1, keepdims=True) + TINY)
    alike = ops.matmul(grams, ops.transpose(grams))
    others = ops.cast(ops.maximum(ops.shape(a)[0] - 1, 1), alike.dtype)
    return -(ops.sum(alike, axis=-1) - ops.sum(ops.square(grams), axis=-1)) / others
