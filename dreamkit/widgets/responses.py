"""Explore what each layer answers to a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets
import numpy as np

from ..images import as_picture
from ..networks.loading import as_network
from ..networks.network import Network
from ..plots import channels
from .live import Live


def response_explorer(photos: Mapping[str, np.ndarray], network: Network) -> Live:
    """A layer slider over the channels that answer most to a picture.

    Parameters
    ----------
    photos : mapping of str to array, shape (height, width, 3)
    network : Network
    """
    network = as_network(network)
    shown = {name: as_picture(photo) for name, photo in photos.items()}
    answers = {name: network.activations(photo, network.layers) for name, photo in shown.items()}
    controls = {
        "photo": ipywidgets.Dropdown(options=list(shown), description="photo"),
        "layer": ipywidgets.SelectionSlider(
            options=network.layers, value=network.layers[1], description="layer"
        ),
    }

    def render(progress: Any, photo: str, layer: str) -> np.ndarray:
        return answers[photo][layer]

    def view(grid: np.ndarray, code: str) -> tuple[str, str]:
        _, rows, columns, count = grid.shape
        silent = float(np.mean(grid.max((0, 1, 2)) <= 0))
        words = f"{rows} × {columns} places, {count} channels, {silent:.0%} of them silent"
        return channels(grid, alt=f"Where channels answer: {code}").tag, words

    def code(photo: str, layer: str) -> str:
        return f"dk.plots.channels(net.activations(photos[{photo!r}], [{layer!r}])[{layer!r}])"

    return Live(controls, render, view, code)
