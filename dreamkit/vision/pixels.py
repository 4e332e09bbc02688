"""An octave at which the pixels climb: the loop of the article of 2015."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from keras import ops

from ..ascent import Step, ascend, climber_for
from ..images import resize
from ..objectives.objective import Objective
from .octaves import at, broad, mirrored
from .preconditioning import natural_gradient
from .tiles import Tiled

if TYPE_CHECKING:
    from .dream import Dream

MARGIN = 8  # pixels; 16 took an eighth longer, and left hardly less of a frame


class Pixels:
    """A photo at one size, with what has changed so far, at any size; and how it climbs from there.

    What has changed is a difference of pixels.
    """

    def __init__(
        self, dream: Dream, size: tuple[int, int], change: np.ndarray, rng: np.random.Generator
    ) -> None:
        self.dream, self.rng = dream, rng
        self.photo, self.mask = at(dream.photo, dream.mask, size)
        self.start = mirrored(changed(self.photo, self.mask, change), dream.margin)[None]

    def climb(self, objective: Objective, steps: int, still: bool = False) -> Iterator[Step]:
        """Step by step up an objective, looking at the picture shifted, or as it is."""
        dream, how = self.dream, self.dream.settings
        made = {"transform": shifted, "precondition": natural_gradient}
        climber: Any = climber_for(dream.network, objective, **made)
        if max(self.photo.shape[:2]) > dream.tile:
            climber = Tiled(climber, dream.tile)
        jitter = 0 if still else how.jitter
        return ascend(
            climber,
            self.start,
            objective,
            steps=steps,
            step_size=dream.step_size,
            draw=lambda: (self.rng.integers(-jitter, jitter + 1, 2, dtype="int32"),),
            settings=(how.smoothing, how.natural_colour),
            mask=mirrored(self.mask, dream.margin)[None],
            bounds=(0, 1),
        )

    def change(self, x: Any) -> np.ndarray:
        """What has changed by now, less the share of its broad light that is put back."""
        (height, width), margin = self.photo.shape[:2], self.dream.margin
        picture = ops.convert_to_numpy(x)[0, margin:, margin:][:height, :width]
        change: np.ndarray = picture - self.photo
        change -= self.dream.settings.keep_light * broad(change)
        return change


def changed(photo: np.ndarray, mask: np.ndarray, change: np.ndarray) -> np.ndarray:
    """The photo with a change, made at whatever size, where the mask is not 0."""
    # enlarging the change, not the picture, puts back the detail that shrinking lost
    changed: np.ndarray = resize(change, *photo.shape[:2]) * (mask > 0)
    changed += photo
    return np.clip(changed, 0, 1, out=changed)


def margin(dream: Dream, placed: bool) -> int:
    """How far pictures are mirrored beyond their edges.

    Not in the plain loop, nor where places count or there is no room for it.
    """
    fixed = dream.network.fixed_size(dream.objective.layers)
    free = dream.settings.jitter > 0 and not placed and fixed is None
    return MARGIN if free and min(dream.sizes[0]) > MARGIN else 0


def shifted(x: Any, shift: Any) -> Any:
    """Pictures shifted by rows and columns; what leaves at one edge comes in at the other."""
    return ops.roll(x, (shift[0], shift[1]), axis=(1, 2))
