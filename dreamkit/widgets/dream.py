"""Explore free dreams: which layer, how many octaves, how many steps."""

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ipywidgets
import numpy as np

from ..files import write_whole
from ..images import as_picture, load_image, shrink
from ..networks.loading import as_network
from ..networks.network import Network
from ..plots.pictures import pictures
from ..results import Picture
from ..vision.dream import deepdream
from ..vision.settings import Settings
from .live import Live, arguments
from .picture_input import PictureInput

OWN_SIDE = 1024  # pixels; of a reader's own photo more would take minutes at full size


def dream_explorer(photo: np.ndarray, network: Network, *, side: int = 320) -> Live:
    """Sliders over ``deepdream``.

    Parameters
    ----------
    photo : array, shape (height, width, 3)
    network : Network
    side : int
        Longest side of the preview, in pixels; *full size* dreams over the whole photo.
    """
    photo, network = as_picture(photo), as_network(network)
    knobs = dream_knobs(network)
    layer = ipywidgets.SelectionSlider(
        options=network.layers, value=network.default, description="layer", continuous_update=True
    )
    weights = {
        name: ipywidgets.FloatSlider(0, min=-1, max=3, step=0.25, description=name)
        for name in network.layers
    }
    more = ipywidgets.Accordion([ipywidgets.VBox(list(weights.values()))], selected_index=None)
    more.set_title(0, "add other layers, by weight")
    full = ipywidgets.ToggleButton(description="Full size", tooltip="Dream over the whole photo")

    def target(layer: str, values: dict[str, Any]) -> dict[str, float]:
        added = {name: values.pop(name) for name in weights}
        return {layer: 1.0, **{name: weight for name, weight in added.items() if weight}}

    def render(progress: Any, layer: str, full: bool, own: Any, **values: Any) -> Picture:
        chosen, (_, start) = target(layer, values), own_picture(own, "photo", photo)
        start = start if full else shrink(start, side)
        return deepdream(start, network, chosen, progress=progress, **values)

    def code(layer: str, full: bool, own: Any, **values: Any) -> str:
        chosen, (name, _) = target(layer, values), own_picture(own, "photo", photo)
        start = name if full else f"dk.shrink({name}, {side})"
        return f"dk.deepdream({start}, net, {chosen}, {arguments(values)})"

    own = PictureInput(description="a photo of your own")
    controls = {"layer": layer, **knobs, **weights, "full": full, "own": own}
    below = ipywidgets.VBox([full, own])
    return Live(controls, render, dream_view, code, [layer, *knobs.values(), more, below])


def own_picture(files: Any, name: str, picture: np.ndarray) -> tuple[str, np.ndarray]:
    """The reader's picture and the call that reads it, or those given if there is none."""
    if not files:
        return name, picture
    (file,) = files
    call = f"dk.load_image({file['name']!r}, max_side={OWN_SIDE})"
    return call, _read(file["name"], bytes(file["content"]))


@lru_cache(maxsize=2)
def _read(name: str, content: bytes) -> np.ndarray:
    with TemporaryDirectory() as folder:
        path = Path(folder) / Path(name).name
        write_whole(path, content)
        return load_image(path, OWN_SIDE)


def dream_view(dream: Picture, code: str) -> tuple[str, str]:
    """The picture of a dream, and how far its score rose."""
    words = "stopped" if dream.stopped else "done"
    if len(dream.history) > 1 and dream.history[0] > 0:
        words = f"score × {dream.history[-1] / dream.history[0]:.1f}, {words}"
    return pictures(dream, alt=f"A dream made by {code}").tag, words


def dream_knobs(network: Network) -> dict[str, Any]:
    """The controls for the numbers that every dream takes."""
    usual = Settings(octaves=3, steps=6)  # a quick preview
    slide = {"min": 0.001, "max": 0.03, "step": 0.001, "readout_format": ".3f"}
    return {
        "octaves": ipywidgets.IntSlider(usual.octaves, min=1, max=6, description="octaves"),
        "steps": ipywidgets.IntSlider(usual.steps, min=1, max=20, description="steps"),
        "step_size": ipywidgets.FloatSlider(network.step_size, **slide, description="step size"),
        "seed": ipywidgets.BoundedIntText(usual.seed, min=0, max=9999, description="seed"),
    }
