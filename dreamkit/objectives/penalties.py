"""What holds down what nobody wants in a picture: penalties, to be subtracted."""

from typing import Any

import numpy as np
from keras import ops

from ..arguments import digits, number
from .kinds import mean_of
from .objective import INPUT, Objective, objective_of


def _total_variation(x: Any) -> Any:
    down = ops.abs(x[:, 1:] - x[:, :-1])
    right = ops.abs(x[:, :, 1:] - x[:, :, :-1])
    return mean_of(down) + mean_of(right)


def total_variation() -> Objective:
    """Mean difference of neighbouring pixels, in [0, 2]: a penalty on noise. Subtract it."""
    return objective_of(_total_variation, INPUT, (), "total_variation()")


def l2(target: float = 0.5) -> Objective:
    """Mean squared distance of the pixels from ``target``: a penalty on extremes. Subtract it."""
    data = (np.array(number("target", target), "float32"),)
    return objective_of(
        _distance, INPUT, data, "l2()" if target == 0.5 else f"l2({digits(target)})"
    )


def _distance(x: Any, target: Any) -> Any:
    return mean_of(ops.square(x - target))
