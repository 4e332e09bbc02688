"""Drag through a dream, step by step, and watch it grow."""

from typing import Any

import ipywidgets as ui
import numpy as np

from ..arguments import of_kind
from ..plots.pictures import pictures
from ..results import Picture
from .call import Named
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
    of_kind("dream", dream, Picture, "dk.deepdream gives one.")
    if not dream.frames:
        raise ValueError("This dream has kept no frames. Make it with dk.deepdream(…, keep=1).")
    last = len(dream.frames) - 1
    frame = ui.IntSlider(last, min=0, max=last, description="frame")

    def call(frame: int) -> Named:
        return Named(f"dream.frames[{frame}]", dream.frames[frame])

    def view(picture: np.ndarray, code: str, **_: Any) -> tuple[str, str]:
        return pictures(picture, alt=f"A dream as it grows: {code}").tag, "done"

    return Live({"frame": frame}, call, view)
