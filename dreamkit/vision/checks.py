"""What is checked before a dream begins."""

import numpy as np

from ..objectives import Objective
from .networks import Network


def check_numbers(
    octaves: int,
    octave_scale: float,
    steps: int,
    step_size: float,
    jitter: int,
    mix: float,
    tile: int,
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
    if not 0 <= mix <= 1:
        raise ValueError(f"guide_mix must be between 0 and 1, got {mix!r}.")
    if tile < 128:
        raise ValueError(f"tile must be at least 128 pixels, got {tile!r}.")


def check_sizes(sizes: list, octave_scale: float, network: Network, objective: Objective) -> None:
    """Raise ValueError when an octave does not fit the network, saying how many do."""
    fixed = network.fixed_size(objective.layers)
    if fixed and sizes != [fixed]:
        raise ValueError(
            f"{network.name} takes pictures of {fixed[0]} × {fixed[1]} pixels only. Resize the "
            "photo to that and dream with octaves=1, or choose a convolutional layer."
        )
    (height, width), (full_height, full_width) = sizes[0], sizes[-1]
    if min(height, width) < network.smallest:
        fit = (
            int(np.log(min(full_height, full_width) / network.smallest) / np.log(octave_scale)) + 1
        )
        advice = f"At most octaves={fit} fit" if fit > 0 else "Enlarge the photo"
        raise ValueError(
            f"The smallest of {len(sizes)} octaves would be {height} × {width} pixels, and "
            f"{network.name} needs at least {network.smallest}. {advice}."
        )


def checked_mask(mask: np.ndarray, photo: np.ndarray) -> np.ndarray:
    """The mask as float32, after checking its shape and values."""
    mask = np.asarray(mask, "float32")
    if mask.shape != photo.shape[:2] or not (mask.min() >= 0 and mask.max() <= 1):
        raise ValueError(
            f"mask must have the photo's height and width {photo.shape[:2]} and values in [0, 1], "
            f"got shape {mask.shape}, values {mask.min():g} to {mask.max():g}."
        )
    return mask
