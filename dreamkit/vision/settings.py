"""The settings of a dream, and what is checked before it begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
from keras import layers as kl

from .. import objectives
from ..arguments import among, number, shortened, whole
from ..networks.network import Network
from ..objectives import MATCHES, Objective

LAYER = (str, kl.Layer)  # what may name a layer


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every number and name that ``deepdream`` is given, as explained there.

    Raises
    ------
    ValueError
        For one that no dream can be made with.

    Examples
    --------
    >>> from dreamkit.vision.settings import Settings
    >>> Settings(steps=0)
    Traceback (most recent call last):
    ValueError: steps must be a whole number from 1, got 0.
    """

    match: str = "best"
    guide_mix: float = 1.0
    octaves: int = 4
    octave_scale: float = 1.4
    steps: int = 10
    step_size: float | None = None
    jitter: int = 16
    smoothing: float = 1.0
    natural_colour: float = 1.0
    keep_light: float = 0.8
    tile: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        among("match", self.match, MATCHES)
        number("guide_mix", self.guide_mix, 0, 1)
        whole("octaves", self.octaves)
        number("octave_scale", self.octave_scale, above=1, hint="1.4 is usual")
        whole("steps", self.steps)
        if self.step_size is not None:
            number("step_size", self.step_size, above=0, below=1, hint="0.01 is usual")
        whole("jitter", self.jitter, 0)
        number("smoothing", self.smoothing, 0, hint="1 is usual")
        number("natural_colour", self.natural_colour, 0, 1)
        number("keep_light", self.keep_light, 0, 1)
        if self.tile is not None:
            whole("tile", self.tile, 128)
        whole("seed", self.seed, 0)

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Settings:
        """The arguments of a function that are settings."""
        return cls(**{field.name: given[field.name] for field in fields(cls)})

    def record(self, guided: bool) -> dict[str, Any]:
        """The settings by name, without those of a guide if there was none."""
        left_out = () if guided else ("match", "guide_mix")
        return {name: value for name, value in asdict(self).items() if name not in left_out}

    def sizes(self, photo: np.ndarray, network: Network) -> list[tuple[int, int]]:
        """The (height, width) of every octave, smallest first.

        Raises
        ------
        ValueError
            When the smallest is too small for the network; says how many octaves fit.
        """
        sizes = octave_sizes(photo.shape[:2], self.octaves, self.octave_scale)
        fit = sum(min(size) >= network.smallest for size in sizes)  # the largest ones
        if fit < self.octaves:
            advice = f"At most octaves={fit} fit" if fit else "Enlarge the photo"
            height, width = sizes[0]
            raise ValueError(
                f"The smallest of {self.octaves} octaves would be {height} × {width} pixels, and "
                f"{network.name} needs at least {network.smallest}. {advice}."
            )
        return sizes


def octave_sizes(
    shape: tuple[int, int], octaves: int, octave_scale: float
) -> list[tuple[int, int]]:
    """The (height, width) of every octave, smallest first; the last is ``shape`` itself.

    >>> from dreamkit.vision.settings import octave_sizes
    >>> octave_sizes((427, 640), 3, 1.4)
    [(218, 327), (305, 457), (427, 640)]
    """
    factors = [octave_scale**-k for k in reversed(range(octaves))]
    return [(round(shape[0] * f), round(shape[1] * f)) for f in factors]


def as_objective(target: Any, network: Network, guided: bool = False) -> Objective:
    """An objective of what may be named as one: layers, with or without weights.

    Parameters
    ----------
    target : Objective, str, iterable of str, mapping of str to float, or None
        None is the network's default layer; a layer of Keras stands for its name.

    Raises
    ------
    ValueError
        For anything else; for classes that the network does not have by name.
    """
    if isinstance(target, Objective) and guided:
        raise ValueError("With a guide, name layers as the target, not an objective.")
    if isinstance(target, Objective):
        return target.among(network.classes, network.name)
    weights = named(target, network)
    first, *others = (weight * objectives.layer(name) for name, weight in weights.items())
    return sum(others, first)


def named(target: Any, network: Network) -> dict[str, float]:
    """The layers that a target names, with their weights."""
    given = network.default if target is None else target
    given = [given] if isinstance(given, LAYER) else given
    several = isinstance(given, (Mapping, list, tuple, set, frozenset))
    if not several or not all(isinstance(each, LAYER) for each in given):
        raise ValueError(
            "target must be a layer's name, several, {layer: weight} or an objective, got "
            f"{shortened(repr(target))}. Layers worth dreaming at are in network.layers."
        )
    if not given:
        raise ValueError(
            "The target is empty. Name at least one layer; they are in network.layers."
        )
    weights = given if isinstance(given, Mapping) else dict.fromkeys(given, 1.0)
    return {str(getattr(layer, "name", layer)): weight for layer, weight in weights.items()}


def check_objective(objective: Objective, sizes: list[tuple[int, int]], network: Network) -> None:
    """Raise ValueError when the network can't give what the objective asks for."""
    layers = objective.layers
    network.check(layers)
    objective.check({name: network.channels(name) for name in layers})
    fixed = network.fixed_size(layers)
    if fixed and sizes != [fixed]:
        raise ValueError(
            f"{network.name} takes pictures of {fixed[0]} × {fixed[1]} pixels only. Resize the "
            "photo to that and dream with octaves=1, or choose a convolutional layer."
        )
    placed = [term.layer for _, term in objective.terms if term.grid is not None]
    objective.check_grid({name: network.grid(name, *sizes[0]) for name in placed})


def checked_mask(mask: np.ndarray, photo: np.ndarray) -> np.ndarray:
    """The mask as float32, after checking its shape and values."""
    try:
        mask = np.asarray(mask, "float32")
    except (TypeError, ValueError):
        mask = np.full((), np.nan)
    low, high = (mask.min(), mask.max()) if mask.size else (np.nan, np.nan)
    if mask.shape != photo.shape[:2] or not (low >= 0 and high <= 1):
        raise ValueError(
            f"mask must have the photo's height and width {photo.shape[:2]} and values in [0, 1], "
            f"got shape {mask.shape}, values {low:g} to {high:g}."
        )
    return mask
