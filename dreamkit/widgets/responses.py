"""Explore what each layer answers to a picture."""

from __future__ import annotations

from collections.abc import Mapping

import ipywidgets as ui
import numpy as np

from ..arguments import by_name
from ..images import as_picture
from ..networks.loading import as_network
from ..networks.network import Network
from ..plots import Figure, channels
from .call import Call, Named
from .dream import PHOTOS
from .live import Live


def response_explorer(photos: Mapping[str, np.ndarray], network: Network) -> Live:
    """A layer slider over the channels that answer most to a picture.

    Parameters
    ----------
    photos : mapping of str to array, shape (height, width, 3)
    network : Network
    """
    network = as_network(network)
    shown = {name: as_picture(photo) for name, photo in by_name("photos", photos, PHOTOS).items()}
    answers = {name: network.activations(photo, network.layers) for name, photo in shown.items()}
    controls = {
        "photo": ui.Dropdown(options=list(shown), description="photo"),
        "layer": ui.SelectionSlider(
            options=network.layers, value=network.layers[1], description="layer"
        ),
    }

    def call(photo: str, layer: str) -> Call:
        grid = f"net.activations(photos[{photo!r}], [{layer!r}])[{layer!r}]"
        return Call("dk.plots.channels", channels, Named(grid, answers[photo][layer]))

    def view(figure: Figure, code: str, photo: str, layer: str) -> tuple[str, str]:
        grid = answers[photo][layer]
        _, rows, columns, count = grid.shape
        silent = float(np.mean(grid.max((0, 1, 2)) <= 0))
        words = f"{rows} × {columns} places, {count} channels, {silent:.0%} of them silent"
        return figure.tag, words

    return Live(controls, call, view)
