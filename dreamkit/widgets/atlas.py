"""Explore an activation atlas: zoom in, move about, light up a class."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import ipywidgets as ui

from ..arguments import of_kind
from ..networks.loading import as_network
from ..networks.network import Network
from ..plots import Figure, atlas_figure
from ..vision.atlas import Atlas, names_of, speaking_for
from .call import Call, Named
from .live import Live

VIEW = 560  # pixels
ALL = "all"


def atlas_explorer(atlas: Atlas, network: Network) -> Live:
    """Zoom from the coarsest grid into the finest; choose a class to see where it lives.

    Parameters
    ----------
    atlas : Atlas
        Of the network's last junction.
    network : Network
    """
    of_kind("atlas", atlas, Atlas, "dk.load_atlas gives one.")
    network, sizes = as_network(network), sorted(atlas.grids)
    shown, net, named = Named("atlas", atlas), Named("net", network), lru_cache(names_of)
    slide = {"min": 0.0, "max": 1.0, "step": 0.05, "readout_format": ".2f"}
    controls = {
        "zoom": ui.FloatSlider(1, min=1, max=4, step=0.25, description="zoom"),
        "across": ui.FloatSlider(0.5, **slide, description="across"),
        "down": ui.FloatSlider(0.5, **slide, description="down"),
        "lit": ui.Dropdown(options=[ALL, *sorted(network.classes)], description="class"),
    }

    def call(zoom: float, across: float, down: float, lit: str) -> Call:
        part = 1 / zoom
        size = next((s for s in sizes if s * part >= 6), sizes[-1])  # so that squares fill it
        left, top = across * (1 - part), down * (1 - part)
        window = tuple(round(edge, 3) for edge in (left, top, left + part, top + part))
        grid = Named(f"atlas.grids[{size}]", atlas.grids[size])
        more = {"names": Call("names_of", named, net, grid)}
        if lit != ALL:
            more["lit"] = Call("speaking_for", speaking_for, net, grid, lit)
        return Call("dk.plots.atlas_figure", atlas_figure, shown, size, window, **more)

    def view(figure: Figure, code: str, **_: Any) -> tuple[str, str]:
        return figure.tag.replace("<img", f'<img width="{VIEW}"'), f"of {atlas.layer}"

    return Live(controls, call, view)
