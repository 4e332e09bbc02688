"""Explore guided dreams: which photo, which guide, how much of it."""

from collections.abc import Mapping
from typing import Any

import ipywidgets
import numpy as np

from ..images import as_picture, shrink
from ..networks.loading import as_network
from ..networks.network import Network
from ..results import Picture
from ..vision.dream import deepdream
from .dream import dream_knobs, dream_view, own_picture
from .live import Live, arguments
from .picture_input import PictureInput


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
    """
    network = as_network(network)
    starts = {name: as_picture(photo) for name, photo in photos.items()}
    hints = {name: as_picture(guide) for name, guide in guides.items()}
    knobs = dream_knobs(network)
    controls = {
        "photo": ipywidgets.Dropdown(options=list(starts), description="photo"),
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

    def chosen(photo: str, guide: str, own: Any, own_guide: Any) -> tuple[Any, Any]:
        start = own_picture(own, f"photos[{photo!r}]", starts[photo])
        return start, own_picture(own_guide, f"guides[{guide!r}]", hints[guide])

    def render(
        progress: Any, photo: str, guide: str, layer: str, own: Any, own_guide: Any, **values: Any
    ) -> Picture:
        (_, start), (_, hint) = chosen(photo, guide, own, own_guide)
        start = shrink(start, side)
        return deepdream(start, network, layer, guide=hint, progress=progress, **values)

    def code(photo: str, guide: str, layer: str, own: Any, own_guide: Any, **values: Any) -> str:
        (start, _), (hint, _) = chosen(photo, guide, own, own_guide)
        call = f"dk.deepdream(dk.shrink({start}, {side}), net, {layer!r}, guide={hint}, "
        return f"{call}{arguments(values)})"

    files = {
        "own": PictureInput(description="your photo"),
        "own_guide": PictureInput(description="your guide"),
    }
    shown = [*controls.values(), ipywidgets.VBox(list(files.values()))]
    return Live({**controls, **files}, render, dream_view, code, shown)
