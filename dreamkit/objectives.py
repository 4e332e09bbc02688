"""What to climb: objectives are values that can be added, subtracted and weighed.

>>> from dreamkit.objectives import channel, layer, total_variation
>>> layer("mixed4") + 0.5 * channel("mixed5", 7) - 0.1 * total_variation()
layer('mixed4') + 0.5 * channel('mixed5', 7) - 0.1 * total_variation()

An objective is a weighted sum of terms; a term is a plain function of one layer's activations
that returns one score per picture. Everything is maximised: penalties are subtracted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from keras import ops

from .arguments import (
    LONGEST,
    among,
    did_you_mean,
    number,
    numbers,
    of_kind,
    pair,
    shortened,
    spoken,
    whole,
)

INPUT = "input"  # the name of what is being changed itself, for penalties
LOGITS = "logits"  # the name of a classifier's outputs before softmax
TINY = 1e-12  # added before dividing by a length or taking its root: silence has no direction
LEAST = 0.1  # a smaller cosine counts as this


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
    named: str | None = None  # a class whose number is still to be looked up

    def __repr__(self) -> str:
        return shortened(self.text, LONGEST)


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

    def among(self, classes: Sequence[str], network: str) -> Objective:
        """The same, with the numbers of the classes that it names.

        Raises
        ------
        ValueError
            For a name that no class has (near ones are listed) or several have (all are).
        """

        def found(term: Term) -> Term:
            if term.named is None:
                return term
            ((_, numbered),) = logit(_class(term.named, classes, network)).terms
            return replace(numbered, text=term.text)

        return Objective(tuple((weight, found(term)) for weight, term in self.terms))

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


def _objective(
    function: Callable[..., Any], layer: str, data: tuple[Any, ...], text: str, **fits: Any
) -> Objective:
    of_kind("The layer of an objective", layer, str, "net.layers lists those worth dreaming at.")
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
    position = pair("position", position, "(row, column)")
    data += tuple(_index(p, "A position") for p in position)
    text = f"neuron({name!r}, {index}, {position})"
    fits["grid"] = (position[0] + 1, position[1] + 1)
    return _objective(_neuron, name, data, text, **fits)


def _directions(a: Any, vectors: Any, power: Any) -> Any:
    ones = [1] * (len(a.shape) - 2)
    vectors = ops.reshape(vectors, (-1, *ones, a.shape[-1]))
    products = ops.sum(ops.multiply(a, vectors), axis=-1, keepdims=True)
    squares = [ops.sum(ops.square(x), axis=-1, keepdims=True) for x in (a, vectors)]
    cosines = products / ops.sqrt(squares[0] * squares[1] + TINY)
    return _mean(products * ops.power(ops.maximum(cosines, LEAST), power))


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
    return _objective(_directions, name, data, text, channels=lambda n: n == len(data[0]))


def directions(name: str, vectors: np.ndarray, *, power: float = 0) -> Objective:
    """As ``direction``, with a vector for each of n pictures side by side: (n, channels).

    From one direction to another in five pictures:
    ``directions(name, np.linspace(one, other, 5))``.

    Taught in lesson 06.
    """
    data = _vectors(vectors, 2), _power(power)
    count, channels = data[0].shape
    text = f"directions({name!r}, <{count} × {channels} numbers>{_named(power)})"
    return _objective(_directions, name, data, text, channels=lambda n: n == channels)


def _middle_direction(a: Any, vector: Any, power: Any) -> Any:
    shape = ops.shape(a)
    return _directions(a[:, shape[1] // 2, shape[2] // 2], vector, power)


def direction_neuron(name: str, vector: np.ndarray, *, power: float = 0) -> Objective:
    """As ``direction``, at the middle position of the layer alone: what grows there, grows once.

    Taught in lesson 06.
    """
    data = _vectors(vector, 1), _power(power)
    text = f"direction_neuron({name!r}, <{len(data[0])} numbers>{_named(power)})"
    return _objective(
        _middle_direction, name, data, text, channels=lambda n: n == len(data[0]), grid=(1, 1)
    )


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
    return _objective(_channel, LOGITS, data, f"logit({which})", channels=lambda n: which < n)


def _class(name: str, classes: Sequence[str], network: str) -> int:
    """The number of the class that a name means."""
    if not classes:
        raise ValueError(
            f"{network} has no names of classes, so {name!r} can't be looked up: give its number, "
            "or name them: net.classes = [...]. (A network of keras.applications has them with "
            "load_network(..., top=True).)"
        )
    plain = _plain(name)
    meant = [i for i, known in enumerate(classes) if known == name] or [
        i for i, known in enumerate(classes) if plain in _names(known)
    ]
    if len(meant) > 1:
        all_of_them = " or ".join(f"logit({i}), {classes[i]!r}" for i in meant)
        raise ValueError(
            f"{name!r} may mean several classes of {network}. Say which: {all_of_them}."
        )
    if not meant:
        holding = [known for known in classes if plain and plain in _plain(known)][:5]
        near = f" Did you mean {spoken(holding)}?" if holding else did_you_mean(name, classes)
        raise ValueError(f"{network} has no class {name!r}; its names are in .classes.{near}")
    return meant[0]


def _names(known: str) -> set[str]:
    """What a class may be called: "crane (bird)" also "crane", "tabby, tabby cat" also either."""
    return {_plain(known), _plain(known.split(" (")[0]), *map(_plain, known.split(","))}


def _plain(name: str) -> str:
    return name.replace("_", " ").casefold().strip()


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
    count = activations.shape[-1]
    text = f"guide({name!r}, <activations>, {match!r})"
    fits: dict[str, Any] = {"channels": lambda n: n == count}
    if match == "position" and activations.ndim == 4:
        fits["grid"] = activations.shape[1:3]
    return _objective(MATCHES[match], name, (activations,), text, **fits)


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
