"""Guided dreams: what is climbed is what a guide and the dream have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..images import as_picture
from ..networks.network import Network
from ..objectives.naming import guided_by, guided_layers
from ..objectives.objective import Objective
from .octaves import mirrored, resized
from .settings import Settings

GUIDE_SIDE = 224  # with match="best" every position is compared with every one of the guide


def aim(
    free: Objective, network: Network, guide: Any, settings: Settings, tiled: bool, margin: int
) -> Callable[[tuple[int, int]], Objective]:
    """The objective for an octave of some size: the guide is looked at again for each."""
    weights = guided_layers(free)
    guide = as_picture(guide)
    match, mix = settings.guided
    if match == "position" and tiled:
        raise ValueError(
            'match="position" compares whole pictures, and this one is dreamt in tiles. Use '
            'match="best", or a tile as large as its longer side if memory allows.'
        )
    fixed = network.fixed_size(free.layers)
    shrink = min(1.0, GUIDE_SIDE / max(guide.shape[:2]))
    height, width = (max(network.smallest, round(side * shrink)) for side in guide.shape[:2])

    def at(size: tuple[int, int]) -> Objective:
        seen = resized(guide, fixed or (size if match == "position" else (height, width)))
        seen = mirrored(seen, margin) if match == "position" else seen  # as the dream is
        answers = network.activations(seen, free.layers)
        return mix * guided_by(weights, answers, match) + (1 - mix) * free

    return at
