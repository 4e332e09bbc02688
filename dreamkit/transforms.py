"""What the network sees instead of a picture: transforms are values, applied inside the gradient.

>>> from dreamkit.transforms import noise, shift, turn
>>> (shift(0.07), turn(10), noise(0.12))
(shift(0.07), turn(10), noise(0.12))

A feature that survives them is one of shapes, not of single pixels. After Olah, Mordvintsev &
Schubert, "Feature Visualization" (2017), and lucid's ``transform.py``. Taught in lesson 06.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import reduce
from itertools import groupby
from operator import add
from typing import Any

import numpy as np

from .arguments import as_array, digits, function, number, of_kind
from .movements import about_the_middle, moved, movement, sides

Drawn = tuple[np.ndarray, ...]
Side = int | tuple[int, int]


@dataclass(frozen=True)
class Transform:
    """A function of pictures, and how its other arguments are drawn anew for every step.

    Attributes
    ----------
    apply : callable
        ``apply(pictures, *drawn)``, written in ``keras.ops``: from float32 (n, height, width, 3)
        to the same. Give the same function again, and nothing is compiled anew.
    draw : callable
        ``draw(rng, side)`` gives arrays, in a tuple, for a ``numpy.random.Generator`` and the
        pictures' side in pixels, or (height, width) where they are not square.
    text : str
        What it is called in settings.

    Examples
    --------
    >>> from dreamkit.transforms import Transform
    >>> dim = Transform(lambda x, by: by * x, lambda rng, side: (rng.uniform(0.5, 1, 1),), "dim")
    >>> net = dk.load_network("dreamnet")
    >>> dk.visualise(net, "mixed4", transforms=[dim], steps=2).settings["transforms"]
    ['dim']

    Taught in lesson 06.
    """

    apply: Callable[..., Any] = field(repr=False)
    draw: Callable[[np.random.Generator, Any], Drawn] = field(repr=False, compare=False)
    text: str = "a transform of your own"

    def __post_init__(self) -> None:
        function("apply", self.apply)
        function("draw", self.draw)
        of_kind("text", self.text, str, "It is what settings call the transform.")

    def __repr__(self) -> str:
        return self.text

    def drawn(self, rng: np.random.Generator, side: Side) -> Drawn:
        """What it draws; TypeError unless that is a tuple of arrays of numbers."""
        arrays = self.draw(rng, side)
        of_kind(f"What {self} draws", arrays, tuple, "Of one array: (array,), with the comma.")
        return tuple(as_array(f"What {self} draws", array) for array in arrays)


def turn(degrees: float = 10) -> Transform:
    """Turned about the middle, by up to so many degrees either way."""
    most = np.deg2rad(number("degrees", degrees, 0, 180))

    def draw(rng: np.random.Generator, side: Side) -> Drawn:
        angle = rng.uniform(-most, most)
        c, s = np.cos(angle), np.sin(angle)
        return (about_the_middle(np.array([[c, -s], [s, c]]), side),)

    return Transform(moved, draw, f"turn({digits(degrees)})")


def size(least: float = -0.1, most: float = 0.5) -> Transform:
    """Enlarged about the middle by e to the power of a number between two: 0.5 is by two thirds."""
    least, most = number("least", least, -3, 3), number("most", most, least, 3)

    def draw(rng: np.random.Generator, side: Side) -> Drawn:
        return (about_the_middle(np.eye(2) / np.exp(rng.uniform(least, most)), side),)

    return Transform(moved, draw, f"size({digits(least)}, {digits(most)})")


def shift(share: float = 0.07) -> Transform:
    """Shifted in both directions by up to a share of each side."""
    share = number("share", share, 0, 1)

    def draw(rng: np.random.Generator, side: Side) -> Drawn:
        return (movement(np.eye(2), sides(side)[::-1] * rng.uniform(-share, share, 2)),)

    return Transform(moved, draw, f"shift({digits(share)})")


def noise(deviation: float = 0.12) -> Transform:
    """Normal noise, the same for all pictures; its standard deviation in units of full white.

    For networks that were not trained against it, whose gradient asks for static; its mean over
    noisy pictures asks for shapes (Smilkov et al., "SmoothGrad", 2017).
    """
    deviation = number("deviation", deviation, 0)

    def draw(rng: np.random.Generator, side: Side) -> Drawn:
        return (deviation * rng.standard_normal((*sides(side), 3), "float32"),)

    return Transform(add, draw, f"noise({digits(deviation)})")


def as_transforms(given: Any) -> tuple[Transform, ...]:
    """The transforms that an argument is: one, several, or () for none; TypeError otherwise."""
    try:
        found = (given,) if isinstance(given, (Transform, str)) else tuple(given)
    except Exception:  # what can't be gone through, for one reason or another
        found = (given,)
    for each in found:
        of_kind("A transform", each, Transform, "dk.transforms.turn(10) is one; () is none.")
    return found


@dataclass(frozen=True)
class Chain:
    """Functions one after the other; chains of the same functions are the same compiled step."""

    functions: tuple[Callable[..., Any], ...]

    def __call__(self, x: Any, *drawn: Drawn) -> Any:
        """What they make of ``x``, each with what was drawn for it."""
        for each, arguments in zip(self.functions, drawn, strict=True):
            x = each(x, *arguments)
            if len(getattr(x, "shape", ())) != 4:
                raise TypeError(f"{each} must give back pictures (n, height, width, 3), got {x!r}.")
        return x


def composed(
    transforms: Iterable[Transform],
) -> tuple[Chain, Callable[[np.random.Generator, Side], list[Drawn]]]:
    """Transforms as one: a function of pictures, and how all its arguments are drawn.

    Movements side by side are one, so that pixels are mixed but once.
    """
    groups = [list(group) for _, group in groupby(transforms, lambda t: t.apply is moved or t)]

    def draw(rng: np.random.Generator, side: Side) -> list[Drawn]:
        drawn: list[Drawn] = []
        for group in reversed(groups):  # the last is drawn first
            each = [transform.drawn(rng, side) for transform in reversed(group)][::-1]
            moving = group[0].apply is moved
            arrays = (reduce(np.matmul, [m for (m,) in each]),) if moving else each[0]
            drawn.insert(0, tuple(np.asarray(array, "float32") for array in arrays))
        return drawn

    return Chain(tuple(group[0].apply for group in groups)), draw
