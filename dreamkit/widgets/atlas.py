"""Explore an activation atlas: zoom in, move about, light up a class."""

from __future__ import annotations

from typing import Any

import ipywidgets
import numpy as np

from ..images import as_picture, resize
from ..networks.loading import as_network
from ..networks.network import Network
from ..plots import atlas_sheet, pictures
from ..vision.atlas import Atlas, names_of, speaking_for
from .live import Live

VIEW = 560  # pixels
ALL = "all"
Window = tuple[float, float, float, float]


def atlas_explorer(atlas: Atlas, network: Network) -> Live:
    """Zoom from the coarsest grid into the finest; choose a class to see where it lives.

    Parameters
    ----------
    atlas : Atlas
        Of the network's last junction.
    network : Network
    """
    network, sizes = as_network(network), sorted(atlas.grids)
    names = {size: names_of(network, atlas.grids[size]) for size in sizes}
    slide = {"min": 0.0, "max": 1.0, "step": 0.05, "readout_format": ".2f"}
    controls = {
        "zoom": ipywidgets.FloatSlider(1, min=1, max=4, step=0.25, description="zoom"),
        "across": ipywidgets.FloatSlider(0.5, **slide, description="across"),
        "down": ipywidgets.FloatSlider(0.5, **slide, description="down"),
        "lit": ipywidgets.Dropdown(options=[ALL, *sorted(network.classes)], description="class"),
    }

    def at(zoom: float, across: float, down: float) -> tuple[int, Window]:
        """The coarsest grid that fills the window with squares, and the window."""
        part = 1 / zoom
        left, top = across * (1 - part), down * (1 - part)
        size = next((s for s in sizes if s * part >= 6), sizes[-1])
        return size, (round(left, 3), round(top, 3), round(left + part, 3), round(top + part, 3))

    def render(progress: Any, lit: str, **place: float) -> np.ndarray:
        size, window = at(**place)
        grid = atlas.grids[size]
        light = None if lit == ALL else speaking_for(network, grid, lit)
        sheet = atlas_sheet(atlas, size, window, light, names[size])
        return np.asarray(np.clip(resize(as_picture(sheet), VIEW, VIEW), 0, 1))

    def view(sheet: np.ndarray, code: str) -> tuple[str, str]:
        return pictures(sheet, alt=f"A part of the atlas: {code}").tag, f"of {atlas.layer}"

    def code(lit: str, **place: float) -> str:
        size, window = at(**place)
        grid = f"net, atlas.grids[{size}]"
        more = "" if lit == ALL else f", lit=speaking_for({grid}, {lit!r})"
        sheet = f"atlas_sheet(atlas, {size}, {window}{more}, names=names_of({grid}))"
        return f"dk.plots.pictures(dk.plots.{sheet})"

    return Live(controls, render, view, code)
