"""What to climb: layers, channels, neurons and classes."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras import ops

from ..arguments import pair, whole
from .objective import LOGITS, Objective, objective_of


def mean_of(values: Any) -> Any:
    """Mean over everything but the batch."""
    return ops.mean(values, axis=tuple(range(1, len(values.shape))))


def mean_square(a: Any) -> Any:
    """Mean of the squares, over everything but the batch."""
    return mean_of(ops.square(a))


def layer(name: str) -> Objective:
    """Mean square of a layer's activations: "more of whatever this layer sees".

    ‖activation‖² over its number of elements, so that large and small layers count equally.
    The objective of the original DeepDream (Mordvintsev, Olah & Tyka, "Inceptionism", 2015).
    """
    return objective_of(mean_square, name, (), f"layer({name!r})")


def mean(name: str) -> Objective:
    """Mean activation of a layer; unlike ``layer``, what answers below 0 counts against the rest.

    Taught in lesson 06.
    """
    return objective_of(mean_of, name, (), f"mean({name!r})")


def _index(index: int, what: str) -> np.ndarray:
    return np.array(min(whole(what, index, 0), 2**31 - 1), "int32")


def _channel(a: Any, index: Any) -> Any:
    chosen = ops.take(a, index, axis=-1)
    return mean_of(chosen) if len(chosen.shape) > 1 else chosen


def channel(name: str, index: int) -> Objective:
    """Mean activation of one channel over all positions (of one unit in a dense layer).

    One feature everywhere, as in Olah, Mordvintsev & Schubert, "Feature Visualization" (2017). Of
    an output of the network it is the score before softmax or sigmoid, as ``logit`` is.
    """
    data = (_index(index, "A channel"),)
    return objective_of(_channel, name, data, f"channel({name!r}, {index})", index=index)


def _neuron(a: Any, index: Any, row: Any, column: Any) -> Any:
    return ops.take(a[:, row, column], index, axis=-1)


def _middle_neuron(a: Any, index: Any) -> Any:
    shape = ops.shape(a)
    return _neuron(a, index, shape[1] // 2, shape[2] // 2)


def neuron(name: str, index: int, position: tuple[int, int] | None = None) -> Objective:
    """Activation of one channel at one position of the layer, by default the middle one.

    ``position`` is (row, column), counted in the layer's own grid, which is coarser than the
    picture's.
    """
    data: tuple[np.ndarray, ...] = (_index(index, "A channel"),)
    text = f"neuron({name!r}, {index})"
    if position is None:
        return objective_of(_middle_neuron, name, data, text, index=index, grid=(1, 1))
    position = pair("position", position, "(row, column)")
    data += tuple(_index(p, "A position") for p in position)
    text = f"neuron({name!r}, {index}, {position})"
    grid = (position[0] + 1, position[1] + 1)
    return objective_of(_neuron, name, data, text, index=index, grid=grid)


def logit(which: int | str) -> Objective:
    """The score of one class, by its number or its name, before softmax or sigmoid.

    A name is looked up among the network's ``classes`` when a dream begins; capitals do not matter.
    Climbing the probability instead would also be climbing down every other class (Simonyan,
    Vedaldi & Zisserman, "Deep Inside Convolutional Networks", 2013).
    """
    if isinstance(which, str):
        return objective_of(_channel, LOGITS, (), f"logit({which!r})", named=which)
    data = (_index(which, "A class"),)
    return objective_of(_channel, LOGITS, data, f"logit({which})", index=which)
