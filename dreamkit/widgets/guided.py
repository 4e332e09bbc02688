"""Explore guided dreams: which photo, which guide, how much of it."""

from collections.abc import Mapping
from typing import Any

import ipywidgets
import numpy as np

from ..vision.dream import Dream, deepdream
from ..vision.images import as_picture
from ..vision.networks import Network
from .dream import arguments, dream_knobs, dream_view, shrunk
from .live import Live


def guide_explorer(
    photos: Mapping[str, np.ndarray],
    guides: Mapping[str, np.ndarray],
    network: Network,
    *,
    side: int = 320,
) -> Live:
    """Choose a photo, a guide, a layer, and the mix between free and guided.

    Parameters
    ----------
    photos, guides : mapping of str to array, shape (height, width, 3)
    network : Network
    side : int
        Longest side of the preview, in pixels.

    Returns
    -------
    Live
    """
    small = {name: shrunk(as_picture(photo), side) for name, photo in photos.items()}
    hints = {name: as_picture(guide) for name, guide in guides.items()}
    knobs = dream_knobs()
    controls = {
        "photo": ipywidgets.Dropdown(options=list(small), description="photo"),
        "guide": ipywidgets.Dropdown(
            options=list(hints), value=list(hints)[-1], description="guide"
        ),
        "layer": ipywidgets.SelectionSlider(
            options=network.layers, value=network.default, description="layer"
        ),
        "match": ipywidgets.ToggleButtons(options=["best", "position"], description="match"),
        "guide_mix": ipywidgets.FloatSlider(1, min=0, max=1, step=0.1, description="free–guided"),
        **knobs,
    }

    def render(progress: Any, photo: str, guide: str, layer: str, **values: Any) -> Dream:
        return deepdream(
            small[photo], network, layer, guide=hints[guide], progress=progress, **values
        )

    def code(photo: str, guide: str, layer: str, **values: Any) -> str:
        return f"dk.deepdream({photo}, net, {layer!r}, guide={guide}, {arguments(values)})"

    return Live(controls, render, dream_view, code)
