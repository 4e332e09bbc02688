"""An objective is a value: a weighted sum of scores, which can be added, subtracted and weighed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arguments import LONGEST, digits, number, of_kind, shortened
from .binding import bound, kind

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
    index: int | None = None  # the number of a channel that the layer must have
    channels: int | None = None  # how many channels it must have
    grid: tuple[int, int] | None = None  # fewest rows and columns that it must have
    count: int | None = None  # how many pictures side by side it has data for, one each
    named: str | None = None  # a class whose number is still to be looked up

    def __repr__(self) -> str:
        return shortened(self.text, LONGEST)


@dataclass(frozen=True)
class Objective:
    """A weighted sum of terms. Make one with ``dk.objectives``; combine with ``+ - * /``.

    Taught in lesson 01.
    """

    terms: tuple[tuple[float, Term], ...]
    __array_ufunc__ = None  # an array times an objective is refused here, not taken apart by NumPy

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers whose activations are needed, each once."""
        return tuple(dict.fromkeys(t.layer for _, t in self.terms if t.layer != INPUT))

    @property
    def structure(self) -> tuple[tuple[Any, ...], ...]:
        """What a compiled step depends on; of weights and data, the kinds alone."""
        return tuple((term.function, term.layer, *map(kind, term.data)) for _, term in self.terms)

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
        """How many pictures side by side it has data for, one each; None: for any number."""
        return next((term.count for _, term in self.terms if term.count is not None), None)

    def bound_to(
        self, model: Any, sizes: Sequence[tuple[int, int]] = (), count: int = 1
    ) -> Objective:
        """The same, once it is known that the model can give what it asks for.

        Parameters
        ----------
        model : Network or Classifier
        sizes : sequence of (height, width)
            Of the pictures that will be looked at, the smallest first; none for what has no
            positions.
        count : int
            How many will climb side by side.

        Raises
        ------
        ValueError
            For a layer, a channel, a class or a position that the model does not have, or data for
            another count.
        """
        model.check(self.layers, sizes)
        terms = ((weight, bound(term, model, sizes, count)) for weight, term in self.terms)
        return Objective(tuple(terms))

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
            size = "" if abs(weight) == 1 else f"{digits(abs(weight))} * "
            text += f"{sign}{size}{term.text}"
        return text


def evaluate(
    structure: tuple[Any, ...], activations: dict[str, Any], weights: Any, data: tuple[Any, ...]
) -> Any:
    """The weighted sum of an objective's terms: one score per picture, shape (n,)."""
    scores = [
        weights[i] * function(activations[layer], *data[i])
        for i, (function, layer, *_) in enumerate(structure)
    ]
    return sum(scores[1:], scores[0])


def objective_of(
    function: Callable[..., Any], layer: str, data: tuple[Any, ...], text: str, **needs: Any
) -> Objective:
    """An objective of one term; what it needs of its layer is checked when it is bound."""
    of_kind("The layer of an objective", layer, str, "net.layers lists those worth dreaming at.")
    return Objective(((1.0, Term(function, layer, data, text, **needs)),))
