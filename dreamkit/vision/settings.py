"""The numbers that a dream is given, and what is checked of them before it begins."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ..arguments import among, number, whole
from ..networks.network import Network
from ..objectives.guides import MATCHES
from .octaves import octave_sizes


@dataclass(frozen=True)
class Settings:
    """The numbers and names that ``deepdream`` is given; ValueError for one that can't be."""

    match: str
    guide_mix: float
    octaves: int
    octave_scale: float
    steps: int
    step_size: float | None
    jitter: int
    smoothing: float
    natural_colour: float
    keep_light: float
    tile: int | None
    seed: int

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

    def record(self, guided: bool) -> dict[str, Any]:
        """The settings by name, without those of a guide if there was none."""
        left_out = () if guided else ("match", "guide_mix")
        return {name: value for name, value in asdict(self).items() if name not in left_out}

    def sizes(self, photo: np.ndarray, network: Network) -> list[tuple[int, int]]:
        """(height, width) of every octave, smallest first; ValueError says how many would fit."""
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
