"""What to climb: objectives are values that can be added, subtracted and weighed.

>>> layer("mixed4") + 0.5 * channel("mixed5", 7) - 0.1 * total_variation()
layer('mixed4') + 0.5 * channel('mixed5', 7) - 0.1 * total_variation()

An objective is a weighted sum of terms; a term is a plain function of one layer's activations
that returns one score per picture. Everything is maximised: penalties are subtracted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from keras import ops

INPUT = "input"  # the name of what is being changed itself, for penalties
LOGITS = "logits"  # the name of a classifier's outputs before softmax


@dataclass(frozen=True, eq=False)
class Term:
    """One thing to score: a function of a layer's activations and of some arrays.

    The arrays (a channel's number, a guide's activations) are arguments of the compiled step, not
    constants in it: another channel or another guide needs no new compilation.
    """

    function: Callable[..., Any]
    layer: str
    data: tuple[np.ndarray, ...]
    text: str
    channels: Callable[[int], bool] = lambda count: True  # does a layer of so many channels fit?
    grid: tuple[int, int] | None = None  # fewest rows and columns that the layer must have


@dataclass(frozen=True)
class Objective:
    """A weighted sum of terms. Make one with the functions below; combine with ``+ - * /``."""

    terms: tuple[tuple[float, Term], ...]

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers whose activations are needed, each once."""
        return tuple(dict.fromkeys(t.layer for _, t in self.terms if t.layer != INPUT))

    @property
    def structure(self) -> tuple[tuple[Callable[..., Any], str], ...]:
        """What a compiled step depends on; weights and data are left out."""
        return tuple((term.function, term.layer) for _, term in self.terms)

    @property
    def inputs(self) -> tuple[np.ndarray, tuple[tuple[np.ndarray, ...], ...]]:
        """What a compiled step takes as arguments: the weights, and the data of each term."""
        weights = np.array([weight for weight, _ in self.terms], "float32")
        return weights, tuple(term.data for _, term in self.terms)

    def check(self, channels: dict[str, int]) -> None:
        """Raise ValueError when a term asks for a channel that its layer does not have."""
        for _, term in self.terms:
            if term.layer in channels and not term.channels(channels[term.layer]):
                count = channels[term.layer]
                raise ValueError(
                    f"{term.text} does not fit: layer {term.layer!r} has {count} channels, "
                    f"numbered 0 to {count - 1}."
                )

    def check_grid(self, grids: dict[str, tuple[int, ...]]) -> None:
        """Raise ValueError when a term asks for a position that its layer does not have."""
        for _, term in self.terms:
            grid = grids.get(term.layer)
            if term.grid is None or grid is None:
                continue
            if len(grid) != 2 or grid[0] < term.grid[0] or grid[1] < term.grid[1]:
                has = " × ".join(map(str, grid)) or "no"
                raise ValueError(
                    f"{term.text} does not fit: at the smallest octave layer {term.layer!r} has "
                    f"{has} positions."
                )

    def __add__(self, other: Objective) -> Objective:
        return (
            Objective(self.terms + other.terms) if isinstance(other, Objective) else NotImplemented
        )

    def __radd__(self, other: int) -> Objective:
        return self if other == 0 else NotImplemented  # what sum() begins with

    def __mul__(self, number: float) -> Objective:
        if isinstance(number, Objective):
            return NotImplemented  # a product of scores is not a sum of terms
        if not np.isfinite(number):
            raise ValueError(f"A weight must be a finite number, got {number!r}.")
        return Objective(tuple((float(number) * weight, term) for weight, term in self.terms))

    __rmul__ = __mul__

    def __truediv__(self, number: float) -> Objective:
        return self * (1 / number)

    def __neg__(self) -> Objective:
        return self * -1

    def __sub__(self, other: Objective) -> Objective:
        return self + -other

    def __repr__(self) -> str:
        text = ""
        for weight, term in self.terms:
            sign = ("-" if weight < 0 else "") if not text else (" - " if weight < 0 else " + ")
            size = "" if abs(weight) == 1 else f"{abs(weight):g} * "
            text += f"{sign}{size}{term.text}"
        return text


def evaluate(structure: tuple, activations: dict[str, Any], weights: Any, data: tuple) -> Any:
    """The weighted sum of an objective's terms: one score per picture, shape (n,)."""
    scores = [
        weights[i] * function(activations[layer], *data[i])
        for i, (function, layer) in enumerate(structure)
    ]
    return sum(scores[1:], scores[0])


def _objective(function: Callable, layer: str, data: tuple, text: str, **fits: Any) -> Objective:
    return Objective(((1.0, Term(function, layer, data, text, **fits)),))


def _mean(values: Any) -> Any:
    """Mean over everything but the batch."""
    return ops.mean(values, axis=tuple(range(1, len(values.shape))))


def _mean_square(a: Any) -> Any:
    return _mean(ops.square(a))


def layer(name: str) -> Objective:
    """Mean square of a layer's activations: "more of whatever this layer sees".

    ‖activation‖² over its number of elements, so that large and small layers count equally.
    The objective of the original DeepDream (Mordvintsev, Olah & Tyka, "Inceptionism", 2015).
    """
    return _objective(_mean_square, name, (), f"layer({name!r})")


def _index(index: int, what: str) -> np.ndarray:
    if not isinstance(index, (int, np.integer)) or index < 0:
        raise ValueError(f"{what} must be a whole number from 0, got {index!r}.")
    return np.array(index, "int32")


def _channel(a: Any, index: Any) -> Any:
    chosen = ops.take(a, index, axis=-1)
    return _mean(chosen) if len(chosen.shape) > 1 else chosen


def channel(name: str, index: int) -> Objective:
    """Mean activation of one channel over all positions (of one unit in a dense layer).

    One feature everywhere, as in Olah, Mordvintsev & Schubert, "Feature Visualization" (2017).
    """
    data = (_index(index, "A channel"),)
    return _objective(
        _channel, name, data, f"channel({name!r}, {index})", channels=lambda n: index < n
    )


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
    fits: dict[str, Any] = {"channels": lambda n: index < n, "grid": (1, 1)}
    if position is None:
        return _objective(_middle_neuron, name, data, text, **fits)
    data += tuple(_index(p, "A position") for p in position)
    text = f"neuron({name!r}, {index}, {tuple(position)})"
    fits["grid"] = (position[0] + 1, position[1] + 1)
    return _objective(_neuron, name, data, text, **fits)


def _direction(a: Any, vector: Any) -> Any:
    return _mean(ops.matmul(a, vector[:, None]))


def direction(name: str, vector: np.ndarray) -> Objective:
    """Mean dot product of a layer's activations with a vector, one number per channel.

    A channel is the special case of a vector with a single 1; the difference of two mean
    activations points from one idea to another.
    """
    vector = np.asarray(vector, "float32")
    if vector.ndim != 1 or not np.isfinite(vector).all():
        raise ValueError(
            f"A direction is a 1-D vector of finite numbers, got shape {vector.shape}."
        )
    text = f"direction({name!r}, <{len(vector)} numbers>)"
    return _objective(_direction, name, (vector,), text, channels=lambda n: n == len(vector))


def _directions(a: Any, vectors: Any) -> Any:
    ones = [1] * (len(a.shape) - 2)
    return _mean(a * ops.reshape(vectors, (-1, *ones, a.shape[-1])))


def directions(name: str, vectors: np.ndarray) -> Objective:
    """As ``direction``, with a vector for each of n pictures side by side: (n, channels)."""
    vectors = np.asarray(vectors, "float32")
    if vectors.ndim != 2 or not np.isfinite(vectors).all():
        raise ValueError(f"Directions are 2-D, of finite numbers, got shape {vectors.shape}.")
    count, channels = vectors.shape
    text = f"directions({name!r}, <{count} × {channels} numbers>)"
    return _objective(_directions, name, (vectors,), text, channels=lambda n: n == channels)


def logit(index: int) -> Objective:
    """The score of one class before softmax.

    Climbing the probability instead would also be climbing down every other class (Simonyan,
    Vedaldi & Zisserman, "Deep Inside Convolutional Networks", 2013).
    """
    data = (_index(index, "A class"),)
    return _objective(_channel, LOGITS, data, f"logit({index})", channels=lambda n: index < n)


def _match_by_position(a: Any, guide: Any) -> Any:
    return _mean(a * guide)


def _match_best(a: Any, guide: Any) -> Any:
    channels = a.shape[-1]
    here = ops.reshape(a, (ops.shape(a)[0], -1, channels))
    there = ops.reshape(guide, (-1, channels))
    products = ops.matmul(here, ops.transpose(there))
    return ops.mean(ops.max(products, axis=-1), axis=-1) / channels


MATCHES = {"position": _match_by_position, "best": _match_best}


def guide(name: str, activations: np.ndarray, match: str = "position") -> Objective:
    """Dot product of a layer's activations with a guide's: "more of what the guide has".

    Parameters
    ----------
    name : str
        The layer.
    activations : numpy.ndarray, float32, shape (1, height, width, channels) or (1, channels)
        What the layer answers to the guide.
    match : {"position", "best"}
        "position": every position with the guide's same position (both the same size). "best":
        every position with whichever position of the guide it agrees with most, the matching
        of the original guided dreams (Google's deepdream notebook, 2015).

    Both are divided by the number of elements, like ``layer``.
    """
    if match not in MATCHES:
        raise ValueError(f'match must be "position" or "best", got {match!r}.')
    activations = np.asarray(activations, "float32")
    count = activations.shape[-1]
    text = f"guide({name!r}, <activations>, {match!r})"
    return _objective(MATCHES[match], name, (activations,), text, channels=lambda n: n == count)


def _total_variation(x: Any) -> Any:
    down = ops.abs(x[:, 1:] - x[:, :-1])
    right = ops.abs(x[:, :, 1:] - x[:, :, :-1])
    return _mean(down) + _mean(right)


def total_variation() -> Objective:
    """Mean difference of neighbouring pixels, in [0, 2]: a penalty on noise. Subtract it."""
    return _objective(_total_variation, INPUT, (), "total_variation()")


def l2(target: float = 0.5) -> Objective:
    """Mean squared distance of the pixels from ``target``: a penalty on extremes. Subtract it."""
    data = (np.array(target, "float32"),)
    return _objective(_distance, INPUT, data, "l2()" if target == 0.5 else f"l2({target:g})")


def _distance(x: Any, target: Any) -> Any:
    return _mean(ops.square(x - target))
