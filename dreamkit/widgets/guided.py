"""Explore guided dreams: which photo, which guide, how much of it."""

from collections.abc import Mapping
from typing import Any

import ipywidgets as ui
import numpy as np

from ..arguments import by_name, whole
from ..images import WIDEST, as_picture, shrink
from ..networks.loading import as_network
from ..networks.network import Network
from ..vision.dream import deepdream
from .call import Call, Named
from .dream import PHOTOS, as_climbed, dream_view, knobs_of, own_picture
from .live import Live
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
    network, side = as_network(network), whole("side", side, 1, WIDEST)
    net = Named("net", network)
    starts = {
        n: Named(f"photos[{n!r}]", as_picture(photo))
        for n, photo in by_name("photos", photos, PHOTOS).items()
    }
    hints = {
        n: Named(f"guides[{n!r}]", as_picture(guide))
        for n, guide in by_name("guides", guides, PHOTOS).items()
    }
    controls = {
        "photo": ui.Dropdown(options=list(starts), description="photo"),
        "guide": ui.Dropdown(options=list(hints), value=list(hints)[-1], description="guide"),
        "layer": ui.SelectionSlider(
            options=network.layers, value=network.default, description="layer"
        ),
        "match": ui.ToggleButtons(options=["best", "position"], description="match"),
        "guide_mix": ui.FloatSlider(1, min=0, max=1, step=0.1, description="free–guided"),
        **knobs_of(network),
    }
    files = {
        "own": PictureInput(description="your photo"),
        "own_guide": PictureInput(description="your guide"),
    }

    def call(photo: str, guide: str, layer: str, own: Any, own_guide: Any, **values: Any) -> Call:
        start = Call("dk.shrink", shrink, own_picture(own, starts[photo]), side)
        hint = own_picture(own_guide, hints[guide])
        return Call("dk.deepdream", deepdream, start, net, layer, guide=hint, **as_climbed(values))

    shown = [*controls.values(), ui.VBox(list(files.values()))]
    return Live({**controls, **files}, call, dream_view, shown)
