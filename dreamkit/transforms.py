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
from typing import Any

import numpy as np
from keras import ops

from .arguments import number, of_kind

Drawn = tuple[np.ndarray, ...]


@dataclass(frozen=True)
class Transform:
    """A function of pictures, and how its other arguments are drawn anew for every step.

    Attributes
    ----------
    apply : callable
        ``apply(pictures, *drawn)``, written in ``keras.ops``: from float32 (n, side, side, 3) to
        the same. Give the same function again, and nothing is compiled anew.
    draw : callable
        ``draw(rng, side)`` gives arrays, in a tuple, for a ``numpy.random.Generator`` and the
        pictures' side in pixels.
    text : str
        What it is called in settings.

    Examples
    --------
    >>> from dreamkit.transforms import Transform
    >>> dim = Transform(lambda x, by: by * x, lambda rng, side: (rng.uniform(0.5, 1, 1),), "dim")
    >>> net = dk.load_network("dreamnet")
    >>> dk.visualise(net, "mixed4", transforms=[dim], steps=2).settings["transforms"]
    ['dim']
    """

    apply: Callable[..., Any] = field(repr=False)
    draw: Callable[[np.random.Generator, int], Drawn] = field(repr=False, compare=False)
    text: str = "a transform of your own"

    def __repr__(self) -> str:
        return self.text


def turn(degrees: float = 10) -> Transform:
    """Turned about the middle, by up to so many degrees either way."""
    most = np.deg2rad(number("degrees", degrees, 0, 180))

    def draw(rng: np.random.Generator, side: int) -> Drawn:
        angle = rng.uniform(-most, most)
        c, s = np.cos(angle), np.sin(angle)
        return (_about_the_middle(np.array([[c, -s], [s, c]]), side),)

    return Transform(moved, draw, f"turn({degrees:g})")


def size(least: float = -0.1, most: float = 0.5) -> Transform:
    """Enlarged about the middle by e to the power of a number between two: 0.5 is by two thirds."""
    least, most = number("least", least, -3, 3), number("most", most, least, 3)

    def draw(rng: np.random.Generator, side: int) -> Drawn:
        return (_about_the_middle(np.eye(2) / np.exp(rng.uniform(least, most)), side),)

    return Transform(moved, draw, f"size({least:g}, {most:g})")


def shift(share: float = 0.07) -> Transform:
    """Shifted in both directions by up to a share of the side."""
    share = number("share", share, 0, 1)

    def draw(rng: np.random.Generator, side: int) -> Drawn:
        return (np.column_stack([np.eye(2), side * rng.uniform(-share, share, 2)]),)

    return Transform(moved, draw, f"shift({share:g})")


def noise(deviation: float = 0.12) -> Transform:
    """Normal noise, its standard deviation in units of full white; all pictures get the same.

    For networks that were not trained against it: their gradient asks for static, its mean over
    noisy pictures for shapes (Smilkov et al., "SmoothGrad", 2017).
    """
    deviation = number("deviation", deviation, 0)

    def draw(rng: np.random.Generator, side: int) -> Drawn:
        return (deviation * rng.standard_normal((side, side, 3), "float32"),)

    return Transform(_added, draw, f"noise({deviation:g})")


def _added(pictures: Any, noise: Any) -> Any:
    return pictures + noise


def moved(pictures: Any, movement: Any) -> Any:
    """Pictures (n, side, side, 3), all moved alike; pixels between four are mixed of them.

    ``movement``, shape (2, 3), tells from where each pixel is taken: what to multiply its (column,
    row, 1) by. What leaves at one edge comes in at the other, as waves do. (Not Keras's
    ``affine_transform``: on TensorFlow its "wrap" leaves black seams.)
    """
    count, side = ops.shape(pictures)[:2]
    pixels = ops.reshape(pictures, (count, side * side, 3))
    places = ops.arange(side, dtype="float32")
    x, y = (m[0] * places + (m[1] * places + m[2])[:, None] for m in (movement[0], movement[1]))
    left, top = ops.floor(x), ops.floor(y)
    right, down = (x - left)[..., None], (y - top)[..., None]

    def row(y: Any) -> Any:
        start = ops.mod(ops.cast(y, "int32"), side) * side
        at = [start + ops.mod(ops.cast(x, "int32"), side) for x in (left, left + 1)]
        near, far = (ops.take(pixels, place, axis=1) for place in at)
        return near + right * (far - near)

    upper = row(top)
    return upper + down * (row(top + 1) - upper)


def _about_the_middle(matrix: np.ndarray, side: int) -> np.ndarray:
    middle = np.full(2, (side - 1) / 2)
    return np.column_stack([matrix, middle - matrix @ middle])


def as_transforms(given: Any) -> tuple[Transform, ...]:
    """The transforms that an argument is: one, several, or () for none; TypeError otherwise."""
    given = (given,) if isinstance(given, Transform) or not isinstance(given, Iterable) else given
    for each in (found := tuple(given)):
        of_kind("A transform", each, Transform, "dk.transforms.turn(10) is one; () is none.")
    return found


@dataclass(frozen=True)
class Chain:
    """Functions one after the other; chains of the same functions are the same compiled step."""

    functions: tuple[Callable[..., Any], ...]

    def __call__(self, x: Any, *drawn: Drawn) -> Any:
        """What they make of ``x``, each with what was drawn for it."""
        for function, arguments in zip(self.functions, drawn, strict=True):
            x = function(x, *arguments)
        return x


def composed(
    transforms: Iterable[Transform],
) -> tuple[Chain, Callable[[np.random.Generator, int], tuple[Drawn, ...]]]:
    """Transforms as one: a function of pictures, and how all its arguments are drawn.

    Movements side by side are one, so that pixels are mixed but once.
    """
    groups = [list(group) for _, group in groupby(transforms, lambda t: t.apply is moved or t)]

    def draw(rng: np.random.Generator, side: int) -> tuple[Drawn, ...]:
        drawn: list[Drawn] = []
        for group in reversed(groups):  # the last is drawn first
            each = [transform.draw(rng, side) for transform in reversed(group)]
            drawn.insert(0, _one_movement(each[::-1]) if len(each) > 1 else _single(each[0]))
        return tuple(drawn)

    return Chain(tuple(group[0].apply for group in groups)), draw


def _single(arrays: Drawn) -> Drawn:
    return tuple(np.asarray(array, "float32") for array in arrays)


def _one_movement(movements: list[Drawn]) -> Drawn:
    """The movement that several are, one after the other."""
    square = [np.vstack([matrix, [0, 0, 1]]) for (matrix,) in movements]
    return (reduce(np.matmul, square)[:2].astype("float32"),)
