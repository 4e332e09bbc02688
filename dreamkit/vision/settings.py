"""The numbers that a dream is given, and what is checked of them before it begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ..arguments import among, number, spoken, warn, whole
from ..images import WIDEST
from ..networks.network import Network
from ..objectives.guides import MATCHES
from .octaves import octave_sizes

# The settings that one kind of climb alone has.
ONLY = {"pixels": ("jitter", "smoothing", "natural_colour", "tile"), "spectrum": ("noise",)}
GUIDED: dict[str, Any] = {"match": "best", "guide_mix": 1.0}  # as is usual with a guide
MOST = 100  # octaves, and times that one is as large as the one before
LARGEST = 512  # pixels; above, the change of a spectrum is enlarged, and the photo's detail stays


@dataclass(frozen=True)
class Settings:
    """The numbers and names that ``deepdream`` is given; ValueError for one that can't be."""

    climb: str
    match: str | None
    guide_mix: float | None
    octaves: int
    octave_scale: float
    steps: int
    step_size: float | None
    keep_light: float
    noise: float
    jitter: int
    smoothing: float
    natural_colour: float
    tile: int | None
    seed: int

    def __post_init__(self) -> None:
        among("climb", self.climb, ONLY)
        if self.match is not None:
            among("match", self.match, MATCHES)
        if self.guide_mix is not None:
            number("guide_mix", self.guide_mix, 0, 1)
        number("octave_scale", self.octave_scale, above=1, most=MOST, hint="1.4 is usual")
        if self.step_size is not None:
            number("step_size", self.step_size, above=0, below=1, hint="0.01 is usual")
        number("keep_light", self.keep_light, 0, 1)
        number("noise", self.noise, 0, hint="0.12 is usual")
        number("smoothing", self.smoothing, 0, hint="1 is usual")
        number("natural_colour", self.natural_colour, 0, 1)
        wholes = {
            "octaves": whole("octaves", self.octaves, 1, MOST),
            "steps": whole("steps", self.steps),
            "jitter": whole("jitter", self.jitter, 0, WIDEST),
            "tile": None if self.tile is None else whole("tile", self.tile, 128),
            "seed": whole("seed", self.seed, 0),
        }
        for name, value in wholes.items():  # NumPy's of few bits, counted on with, begin anew at 0
            object.__setattr__(self, name, value)

    @property
    def others(self) -> tuple[str, ...]:
        """The settings that only the other kind of climb has."""
        return next(names for climb, names in ONLY.items() if climb != self.climb)

    @property
    def guided(self) -> tuple[str, float]:
        """How a guide is followed, ``match`` and ``guide_mix``: as asked for, or as is usual."""
        match, mix = GUIDED.values()
        return self.match or match, mix if self.guide_mix is None else self.guide_mix

    def check_use(self, usual: Mapping[str, Any], guide: bool) -> None:
        """ValueError for an unusual setting of the other climb; a warning for those of no guide."""
        if not guide and any(getattr(self, name) is not None for name in GUIDED):
            warn(
                "match and guide_mix are for a guide, and there is none: this dream is free. (The "
                "settings in a picture don't hold its guide. Give the same again, guide=.)"
            )
        for name in self.others:
            if getattr(self, name) != usual[name]:
                raise ValueError(
                    f"{name}={getattr(self, name)!r} means nothing with climb={self.climb!r}, "
                    f"which has {spoken(ONLY[self.climb])}. Leave it out, or let the other climb."
                )

    def record(self, guide: Any, mask: np.ndarray | None) -> dict[str, Any]:
        """The settings by name, without those of a guide if there was none, or of another climb.

        That there was a mask is told in words, which are no mask.
        """
        told = {**asdict(self), **dict(zip(GUIDED, self.guided, strict=True))}
        left_out = (*self.others, *(GUIDED if guide is None else ()))
        masked = {} if mask is None else {"mask": "{} × {} numbers".format(*mask.shape)}
        return {name: value for name, value in told.items() if name not in left_out} | masked

    def sizes(
        self, photo: np.ndarray, network: Network, layers: tuple[str, ...]
    ) -> list[tuple[int, int]]:
        """(height, width) of every octave, smallest first; ValueError says how many would fit."""
        shape = photo.shape[:2]
        if self.climb == "spectrum":
            network.check(layers)
            if fixed := network.fixed_size(layers):
                return [fixed] * self.octaves
            least = network.smallest * self.octave_scale ** (self.octaves - 1)
            share = min(1.0, max(LARGEST / max(shape), least / min(shape)))
            shape = round(shape[0] * share), round(shape[1] * share)
        sizes = octave_sizes(shape, self.octaves, self.octave_scale)
        network.check(layers, sizes)
        fit = sum(min(size) >= network.smallest for size in sizes)  # the largest ones
        if fit < self.octaves:
            advice = f"At most octaves={fit} fit" if fit else "Enlarge the photo"
            height, width = sizes[0]
            raise ValueError(
                f"The smallest of {self.octaves} octaves would be {height} × {width} pixels, and "
                f"{network.name} needs at least {network.smallest}. {advice}."
            )
        return sizes


def checked_mask(mask: np.ndarray, photo: np.ndarray) -> np.ndarray:
    """The mask as float32, after checking its shape and values."""
    words = mask if isinstance(mask, str) else None
    try:
        mask = np.asarray(mask, "float32")
    except (TypeError, ValueError, OverflowError):
        mask = np.full((), np.nan)
    low, high = (mask.min(), mask.max()) if mask.size else (np.nan, np.nan)
    if mask.shape != photo.shape[:2] or not (low >= 0 and high <= 1):
        got = f"shape {mask.shape}, values {low:g} to {high:g}."
        if words is not None:
            got = f"{words!r}. Settings tell of a mask and don't hold it: give the same again."
        raise ValueError(
            f"mask must have the photo's height and width {photo.shape[:2]} and values in [0, 1], "
            f"got {got}"
        )
    return mask
