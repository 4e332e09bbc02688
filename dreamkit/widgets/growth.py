"""Drag through a dream, step by step, and watch it grow."""

from typing import Any

import ipywidgets
import numpy as np

from ..plots.pictures import pictures
from ..results import Picture
from .live import Live


def growth_explorer(dream: Picture) -> Live:
    """A slider over the frames that ``deepdream`` was asked to ``keep``.

    Parameters
    ----------
    dream : Picture

    Raises
    ------
    ValueError
        When it has kept no frames.
    """
    if not dream.frames:
        raise ValueError("This dream has kept no frames. Make it with dk.deepdream(…, keep=1).")
    last = len(dream.frames) - 1
    frame = ipywidgets.IntSlider(last, min=0, max=last, description="frame")

    def render(progress: Any, frame: int) -> np.ndarray:
        return dream.frames[frame]

    def view(picture: np.ndarray, code: str) -> tuple[str, str]:
        return pictures(picture, alt=f"A dream as it grows: {code}").tag, "done"

    return Live({"frame": frame}, render, view, lambda frame: f"dream.frames[{frame}]")
