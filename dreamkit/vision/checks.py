"""What is checked before a dream begins."""

import numpy as np

from ..objectives import Objective
from .networks import Network
from .octaves import octave_sizes


def check_numbers(
    octaves: int,
    octave_scale: float,
    steps: int,
    step_size: float,
    jitter: int,
    smoothing: float,
    natural_colour: float,
    mix: float,
    tile: int | None,
) -> None:
    """Raise ValueError for a number that no dream can be made with."""
    for name, value in (("octaves", octaves), ("steps", steps)):
        if not isinstance(value, (int, np.integer)) or value < 1:
            raise ValueError(f"{name} must be a whole number from 1, got {value!r}.")
    if not octave_scale > 1:
        raise ValueError(f"octave_scale must be above 1 (1.4 is usual), got {octave_scale!r}.")
    if not 0 < step_size < 1:
        raise ValueError(f"step_size must be between 0 and 1 (0.01 is usual), got {step_size!r}.")
    if not isinstance(jitter, (int, np.integer)) or jitter < 0:
        raise ValueError(f"jitter must be a whole number from 0, got {jitter!r}.")
    if not 0 <= smoothing < np.inf:
        raise ValueError(f"smoothing must be a number from 0 (1 is usual), got {smoothing!r}.")
    if not 0 <= natural_colour <= 1:
        raise ValueError(f"natural_colour must be between 0 and 1, got {natural_colour!r}.")
    if not 0 <= mix <= 1:
        raise ValueError(f"guide_mix must be between 0 and 1, got {mix!r}.")
    if tile is not None and tile < 128:
        raise ValueError(f"tile must be at least 128 pixels, got {tile!r}.")


def check_sizes(
    shape: tuple[int, int], octaves: int, octave_scale: float, network: Network
) -> None:
    """Raise ValueError when the smallest octave is too small, saying how many octaves fit."""

    def smallest(octaves: int) -> tuple[int, int]:
        return octave_sizes(shape, octaves, octave_scale)[0]

    if min(smallest(octaves)) < network.smallest:
        fit = sum(min(smallest(count)) >= network.smallest for count in range(1, octaves))
        advice = f"At most octaves={fit} fit" if fit else "Enlarge the photo"
        height, width = smallest(octaves)
        raise ValueError(
            f"The smallest of {octaves} octaves would be {height} × {width} pixels, and "
            f"{network.name} needs at least {network.smallest}. {advice}."
        )


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
    mask = np.asarray(mask, "float32")
    if mask.shape != photo.shape[:2] or not (mask.min() >= 0 and mask.max() <= 1):
        raise ValueError(
            f"mask must have the photo's height and width {photo.shape[:2]} and values in [0, 1], "
            f"got shape {mask.shape}, values {mask.min():g} to {mask.max():g}."
        )
    return mask
