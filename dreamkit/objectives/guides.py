"""What to climb: what a layer answers to a second picture, or sentence."""

from typing import Any

import numpy as np
from keras import ops

from ..arguments import among, as_array
from .kinds import mean_of
from .objective import Objective, objective_of


def _match_by_position(a: Any, guide: Any) -> Any:
    return mean_of(a * guide)


def _match_best(a: Any, guide: Any) -> Any:
    channels = a.shape[-1]
    here = ops.reshape(a, (ops.shape(a)[0], -1, channels))
    there = ops.reshape(guide, (-1, channels))
    products = ops.matmul(here, ops.transpose(there))
    return ops.mean(ops.max(products, axis=-1), axis=-1) / channels


MATCHES = {"position": _match_by_position, "best": _match_best}


def guide(name: str, activations: np.ndarray, match: str = "position") -> Objective:
    """Dot product of a layer's activations with a guide's: "more of what the guide has".

    Parameters
    ----------
    name : str
        The layer.
    activations : numpy.ndarray, float32, shape (1, height, width, channels) or (1, channels)
        What the layer answers to the guide.
    match : {"position", "best"}
        "position": every position with the guide's same position (both the same size). "best":
        every position with whichever position of the guide it agrees with most, the matching
        of the original guided dreams (Google's deepdream notebook, 2015).

    Both are divided by the number of elements, like ``layer``.
    """
    among("match", match, MATCHES)
    activations = as_array("activations", activations).astype("float32")
    if activations.ndim not in (2, 4) or not np.isfinite(activations).all():
        raise ValueError(
            "activations must be as net.activations(guide, name) gives them, finite, (1, height, "
            f"width, channels) or (1, channels); got shape {activations.shape}."
        )
    text = f"guide({name!r}, <activations>, {match!r})"
    grid = activations.shape[1:3] if match == "position" and activations.ndim == 4 else None
    needs = {"channels": activations.shape[-1], "grid": grid}
    return objective_of(MATCHES[match], name, (activations,), text, **needs)
