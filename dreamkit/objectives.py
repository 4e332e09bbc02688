"""What to climb: objectives are values that can be added, subtracted and weighed.

>>> from dreamkit.objectives import channel, layer, total_variation
>>> layer("mixed4") + 0.5 * channel("mixed5", 7) - 0.1 * total_variation()
layer('mixed4') + 0.5 * channel('mixed5', 7) - 0.1 * total_variation()

An objective is a weighted sum of terms; a term is a plain function of one layer's activations
that returns one score per picture. Everything is maximised: penalties are subtracted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import keras
import numpy as np
from keras import ops

from .arguments import LONGEST, among, number, numbers, of_kind, pair, shortened, whole

INPUT = "input"  # the name of what is being changed itself, for penalties
LOGITS = "logits"  # the name of a classifier's outputs before softmax
TINY = 1e-12  # added before dividing by a length or taking its root: silence has no direction
SMALLEST_COSINE = 0.1  # a smaller one counts as this


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
    index: int | None = None  # the number of a channel that the layer must have
    channels: int | None = None  # how many channels it must have
    grid: tuple[int, int] | None = None  # fewest rows and columns that it must have
    named: str | None = None  # a class whose number is still to be looked up

    def __repr__(self) -> str:
        return shortened(self.text, LONGEST)


class Model(Protocol):
    """What an objective is bound to: a ``Network`` or a ``Classifier``."""

    name: str

    def check(self, names: Iterable[str], sizes: Iterable[tuple[int, int]] = ()) -> None:
        """Raise ValueError for a layer that is not there, or takes no input of such a size."""

    def channels(self, name: str) -> int:
        """How many channels or units a layer has."""

    def grid(self, name: str, height: int, width: int) -> tuple[int, ...]:
        """(rows, columns) of a layer for a picture of some size; () where it has none."""

    def class_number(self, name: str) -> int:
        """The number of the class that a name means."""


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
        for _, term in self.terms:
            if term.named is not None:
                raise ValueError(f"{term.text} has no number yet: it needs a network's classes.")
        weights = np.array([weight for weight, _ in self.terms], "float32")
        return weights, tuple(term.data for _, term in self.terms)

    @property
    def count(self) -> int | None:
        """For how many pictures side by side it has data of their own; None: for any number."""
        counts = [len(t.data[0]) for _, t in self.terms if t.function is _directions_each]
        return counts[0] if counts else None

    @property
    def by_layer(self) -> dict[str, float] | None:
        """{layer: weight}, where it is a sum of ``layer`` objectives and of nothing else."""
        plain = all(term.function is _mean_square for _, term in self.terms)
        return {term.layer: weight for weight, term in self.terms} if plain else None

    @property
    def record(self) -> str | dict[str, float]:
        """As JSON can hold it: a layer's name, {layer: weight}, or words."""
        weights = self.by_layer
        if weights is None or len(weights) < len(self.terms):
            return str(self)
        return next(iter(weights)) if list(weights.values()) == [1.0] else weights

    def bound_to(self, model: Model, sizes: Sequence[tuple[int, int]] = ()) -> Objective:
        """The same, once it is known that the model can give what it asks for.

        Parameters
        ----------
        model : Network or Classifier
        sizes : sequence of (height, width)
            Of the pictures that will be looked at, the smallest first; none for what has no
            positions.

        Raises
        ------
        ValueError
            For a layer, a channel, a class or a position that the model does not have.
        """
        model.check(self.layers, sizes)

        def bound(term: Term) -> Term:
            if term.named is not None:
                ((_, numbered),) = logit(model.class_number(term.named)).terms
                term = replace(numbered, text=term.text)
            if term.index is not None or term.channels is not None:
                count = model.channels(term.layer)
                if (term.index or 0) >= count or term.channels not in (None, count):
                    raise ValueError(
                        f"{term.text} does not fit: layer {term.layer!r} has {count} channels, "
                        f"numbered 0 to {count - 1}."
                    )
            if term.grid is not None:
                grid = model.grid(term.layer, *sizes[0]) if sizes else ()
                if len(grid) != 2 or grid[0] < term.grid[0] or grid[1] < term.grid[1]:
                    has = " × ".join(map(str, grid)) or "no"
                    raise ValueError(
                        f"{term.text} does not fit: {'at the smallest octave ' * bool(sizes)}layer "
                        f"{term.layer!r} has {has} positions."
                    )
            return term

        return Objective(tuple((weight, bound(term)) for weight, term in self.terms))

    def __add__(self, other: Objective) -> Objective:
        of_kind(
            "What is added", other, Objective, "A number moves no picture; a weight may: 2 * it."
        )
        return Objective(self.terms + other.terms)

    def __radd__(self, other: Any) -> Objective:
        return self if isinstance(other, int) and other == 0 else self + other  # sum() begins so

    def __mul__(self, factor: float) -> Objective:
        hint = "a product of scores is no sum" if isinstance(factor, Objective) else ""
        factor = number("A weight", factor, hint=hint)
        return Objective(tuple((factor * weight, term) for weight, term in self.terms))

    __rmul__ = __mul__

    def __truediv__(self, divisor: float) -> Objective:
        if number("A divisor", divisor) == 0:
            raise ValueError("A divisor must be a number other than 0, got 0.")
        return self * (1 / divisor)

    def __neg__(self) -> Objective:
        return self * -1

    def __sub__(self, other: Objective) -> Objective:
        return self + (-other if isinstance(other, Objective) else other)

    def __repr__(self) -> str:
        return shortened(str(self), LONGEST)

    def __str__(self) -> str:
        text = ""
        for weight, term in self.terms:
            sign = ("-" if weight < 0 else "") if not text else (" - " if weight < 0 else " + ")
            size = "" if abs(weight) == 1 else f"{abs(weight):g} * "
            text += f"{sign}{size}{term.text}"
        return text


def evaluate(
    structure: tuple[Any, ...], activations: dict[str, Any], weights: Any, data: tuple[Any, ...]
) -> Any:
    """The weighted sum of an objective's terms: one score per picture, shape (n,)."""
    scores = [
        weights[i] * function(activations[layer], *data[i])
        for i, (function, layer) in enumerate(structure)
    ]
    return sum(scores[1:], scores[0])


def as_objective(given: Any, default: str) -> Objective:
    """The objective that an argument is: a layer's name, several, {layer: weight}, or an Objective.

    A layer of Keras stands for its name, None for the default layer.
    """
    if isinstance(given, Objective):
        return given
    one = (str, keras.layers.Layer)
    layers = [default] if given is None else [given] if isinstance(given, one) else given
    several = isinstance(layers, (Mapping, list, tuple, set, frozenset))
    if not several or not all(isinstance(each, one) for each in layers):
        raise ValueError(
            "objective must be a layer's name, several, {layer: weight} or an Objective, got "
            f"{shortened(repr(given))}. Layers worth dreaming at are in .layers."
        )
    if not layers:
        raise ValueError("The objective is empty. Name at least one layer; they are in .layers.")
    weights = layers if isinstance(layers, Mapping) else dict.fromkeys(layers, 1.0)
    first, *others = (
        weight * layer(str(getattr(each, "name", each))) for each, weight in weights.items()
    )
    return sum(others, first)


def of(layer: str, score: Callable[..., Any], *data: Any) -> Objective:
    """An objective of your own: any score of a layer's activations.

    Parameters
    ----------
    layer : str
    score : callable
        ``score(activations, *data)``, written in ``keras.ops``: of (n, rows, columns, channels) or
        (n, units), float32, one number for each of the n pictures. Give the same function again,
        and nothing is compiled anew.
    *data : array
        What else it takes, as arguments of the compiled step.

    Raises
    ------
    TypeError, ValueError
        For what is no layer's name, no function, or no numbers.

    Examples
    --------
    >>> from keras import ops
    >>> def loudest(a):
    ...     return ops.max(a, axis=(1, 2, 3))
    >>> dk.objectives.of("block10", loudest) - 0.1 * dk.objectives.total_variation()
    of('block10', loudest) - 0.1 * total_variation()

    Taught in lesson 06.
    """
    if not callable(score):
        raise ValueError(f"score must be a function, got {score!r}.")
    name = getattr(score, "__name__", type(score).__name__)
    arrays = tuple(_of_activations(numbers("data", each)) for each in data)
    given = "".join(f", <{' × '.join(map(str, a.shape)) or 1}>" for a in arrays)
    return _objective(score, layer, arrays, f"of({layer!r}, {name}{given})")


def _of_activations(array: np.ndarray) -> np.ndarray:
    """The array in the precision that activations have, unless it is of whole numbers."""
    return array.astype("float32") if array.dtype.kind == "f" else array


def _objective(
    function: Callable[..., Any], layer: str, data: tuple[Any, ...], text: str, **needs: Any
) -> Objective:
    of_kind("The layer of an objective", layer, str, "net.layers lists those worth dreaming at.")
    return Objective(((1.0, Term(function, layer, data, text, **needs)),))


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


def mean(name: str) -> Objective:
    """Mean activation of a layer; unlike ``layer``, what answers below 0 counts against the rest.

    Taught in lesson 06.
    """
    return _objective(_mean, name, (), f"mean({name!r})")


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
    return _objective(_diversity, name, (), f"diversity({name!r})")


def _diversity(a: Any) -> Any:
    a = ops.reshape(a, (ops.shape(a)[0], -1, a.shape[-1]))
    grams = ops.reshape(ops.matmul(ops.transpose(a, (0, 2, 1)), a), (-1, a.shape[-1] ** 2))
    grams = grams / ops.sqrt(ops.sum(ops.square(grams), axis=-1, keepdims=True) + TINY)
    alike = ops.matmul(grams, ops.transpose(grams))
    others = ops.cast(ops.maximum(ops.shape(a)[0] - 1, 1), alike.dtype)
    return -(ops.sum(alike, axis=-1) - ops.sum(ops.square(grams), axis=-1)) / others


def _index(index: int, what: str) -> np.ndarray:
    return np.array(whole(what, index, 0), "int32")


def _channel(a: Any, index: Any) -> Any:
    chosen = ops.take(a, index, axis=-1)
    return _mean(chosen) if len(chosen.shape) > 1 else chosen


def channel(name: str, index: int) -> Objective:
    """Mean activation of one channel over all positions (of one unit in a dense layer).

    One feature everywhere, as in Olah, Mordvintsev & Schubert, "Feature Visualization" (2017).
    """
    data = (_index(index, "A channel"),)
    return _objective(_channel, name, data, f"channel({name!r}, {index})", index=index)


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
        return _objective(_middle_neuron, name, data, text, index=index, grid=(1, 1))
    position = pair("position", position, "(row, column)")
    data += tuple(_index(p, "A position") for p in position)
    text = f"neuron({name!r}, {index}, {position})"
    grid = (position[0] + 1, position[1] + 1)
    return _objective(_neuron, name, data, text, index=index, grid=grid)


def _directions(a: Any, vectors: Any, power: Any) -> Any:
    ones = [1] * (len(a.shape) - 2)
    vectors = ops.reshape(vectors, (-1, *ones, a.shape[-1]))
    products = ops.sum(ops.multiply(a, vectors), axis=-1, keepdims=True)
    squares = [ops.sum(ops.square(x), axis=-1, keepdims=True) for x in (a, vectors)]
    cosines = products / ops.sqrt(squares[0] * squares[1] + TINY)
    return _mean(products * ops.power(ops.maximum(cosines, SMALLEST_COSINE), power))


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
    return _objective(_directions, name, data, text, channels=len(data[0]))


def directions(name: str, vectors: np.ndarray, *, power: float = 0) -> Objective:
    """As ``direction``, with a vector for each of n pictures side by side: (n, channels).

    From one direction to another in five pictures:
    ``directions(name, np.linspace(one, other, 5))``.

    Taught in lesson 06.
    """
    data = _vectors(vectors, 2), _power(power)
    count, channels = data[0].shape
    text = f"directions({name!r}, <{count} × {channels} numbers>{_named(power)})"
    return _objective(_directions_each, name, data, text, channels=channels)


def _directions_each(a: Any, vectors: Any, power: Any) -> Any:
    """A function of its own, so that an objective knows that it holds a vector for each picture."""
    return _directions(a, vectors, power)


def _middle_direction(a: Any, vector: Any, power: Any) -> Any:
    shape = ops.shape(a)
    return _directions(a[:, shape[1] // 2, shape[2] // 2], vector, power)


def direction_neuron(name: str, vector: np.ndarray, *, power: float = 0) -> Objective:
    """As ``direction``, at the middle position of the layer alone: what grows there, grows once.

    Taught in lesson 06.
    """
    data = _vectors(vector, 1), _power(power)
    text = f"direction_neuron({name!r}, <{len(data[0])} numbers>{_named(power)})"
    return _objective(_middle_direction, name, data, text, channels=len(data[0]), grid=(1, 1))


def _vectors(given: Any, axes: int) -> np.ndarray:
    vectors: np.ndarray = numbers("A direction", given).astype("float32")
    if vectors.ndim != axes or not np.isfinite(vectors).all():
        what = {1: "A direction is a 1-D vector", 2: "Directions are a 2-D array"}[axes]
        raise ValueError(f"{what} of finite numbers, got shape {vectors.shape}.")
    return vectors


def _power(power: float) -> np.ndarray:
    return np.array(number("power", power, 0), "float32")


def _named(power: float) -> str:
    return f", power={power:g}" if power else ""


def logit(which: int | str) -> Objective:
    """The score of one class, by its number or its name, before softmax or sigmoid.

    A name is looked up among the network's ``classes`` when a dream begins; capitals do not matter.

    Climbing the probability instead would also be climbing down every other class (Simonyan,
    Vedaldi & Zisserman, "Deep Inside Convolutional Networks", 2013).
    """
    if isinstance(which, str):
        return _objective(_channel, LOGITS, (), f"logit({which!r})", named=which)
    data = (_index(which, "A class"),)
    return _objective(_channel, LOGITS, data, f"logit({which})", index=which)


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
    among("match", match, MATCHES)
    activations = np.asarray(activations, "float32")
    text = f"guide({name!r}, <activations>, {match!r})"
    grid = activations.shape[1:3] if match == "position" and activations.ndim == 4 else None
    needs = {"channels": activations.shape[-1], "grid": grid}
    return _objective(MATCHES[match], name, (activations,), text, **needs)


def _total_variation(x: Any) -> Any:
    down = ops.abs(x[:, 1:] - x[:, :-1])
    right = ops.abs(x[:, :, 1:] - x[:, :, :-1])
    return _mean(down) + _mean(right)


def total_variation() -> Objective:
    """Mean difference of neighbouring pixels, in [0, 2]: a penalty on noise. Subtract it."""
    return _objective(_total_variation, INPUT, (), "total_variation()")


def l2(target: float = 0.5) -> Objective:
    """Mean squared distance of the pixels from ``target``: a penalty on extremes. Subtract it."""
    data = (np.array(number("target", target), "float32"),)
    return _objective(_distance, INPUT, data, "l2()" if target == 0.5 else f"l2({target:g})")


def _distance(x: Any, target: Any) -> Any:
    return _mean(ops.square(x - target))
