"""An octave at which the photo's spectrum climbs: broad shapes move far, single pixels hardly."""

from __future__ import annotations

from collections.abc import Iterator
from operator import add
from typing import TYPE_CHECKING, Any

import numpy as np
from keras import ops

from ..ascent import Step, ascend, climber_for
from ..images import resize
from ..movements import picked
from ..objectives.objective import Objective
from ..transforms import Chain, composed, noise, shift, size, turn
from .canvas import Canvas
from .octaves import at
from .spectrum import added, decode

if TYPE_CHECKING:
    from .dream import Dream

STEP = 0.4  # of a spectrum's numbers, as a share of what suits the network's pixels
MOVES = shift(0.07), size(-0.1, 0.5), turn(10)
SHEET = 64  # pixels: so much larger is the noise that every step's is cut from, which is quicker


class Waves:
    """As ``Pixels``; but what has changed is a difference in the photo's logit.

    What climbs is the change of its spectrum, so that the photo is all zeros, exactly.
    """

    def __init__(
        self, dream: Dream, size: tuple[int, int], change: np.ndarray, rng: np.random.Generator
    ) -> None:
        self.dream, self.size, self.rng = dream, size, rng
        photo, mask = at(dream.photo, dream.mask, size)
        self.before = resize(change, *size)
        self.canvas = Canvas.of(photo, mask, self.before, dream.settings.keep_light)
        self.noise = noise(dream.settings.noise)

    def climb(self, objective: Objective, steps: int, still: bool = False) -> Iterator[Step]:
        """Step by step up an objective, looking at the picture moved, and through noise.

        Where an objective is for places, nothing is moved.
        """
        dream, (height, width) = self.dream, self.size
        seen = (decode, add) if dream.placed else (decode, picked, add)
        climber = climber_for(dream.network, objective, transform=Chain(seen))
        (sheet,) = self.noise.draw(self.rng, (height + SHEET, width + SHEET))
        move = composed(MOVES)[1]

        def draw() -> Any:
            moves = [] if dream.placed else move(self.rng, self.size)
            top, left = self.rng.integers(0, SHEET + 1, 2)
            return (self.canvas, *moves, (sheet[top : top + height, left : left + width],))

        start = np.zeros((1, height, width, 3), "float32")
        how: dict[str, Any] = {"steps": steps, "step_size": dream.step_size}
        return ascend(climber, start, objective, draw=draw, **how)

    def change(self, x: Any) -> np.ndarray:
        """What has changed in the logit by now."""
        down, across, scale = self.canvas[-3:]
        change: np.ndarray = self.before + ops.convert_to_numpy(added(x, down, across, scale))[0]
        return change
