"""Explore free dreams: which layer, how many octaves, how many steps."""

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ipywidgets as ui
import numpy as np

from ..arguments import whole
from ..files import portable, write_whole
from ..images import WIDEST, as_picture, load_image, shrink
from ..networks.loading import as_network
from ..networks.network import Network
from ..plots.pictures import pictures
from ..results import Picture
from ..vision.dream import deepdream
from ..vision.waves import STEP
from .call import Call, Named
from .live import Live
from .picture_input import PictureInput

USUAL: dict[str, Any] = deepdream.__kwdefaults__ or {}
OWN_SIDE = 1024  # pixels; of a reader's own photo more would take minutes at full size
PHOTOS = '{"cat": photo}'


def dream_explorer(photo: np.ndarray, network: Network, *, side: int = 320) -> Live:
    """Sliders over ``deepdream``.

    Parameters
    ----------
    photo : array, shape (height, width, 3)
    network : Network
    side : int
        Longest side of the preview, in pixels; *full size* dreams over the whole photo.
    """
    network, side = as_network(network), whole("side", side, 1, WIDEST)
    given, net, knobs = Named("photo", as_picture(photo)), Named("net", network), knobs_of(network)
    layer = ui.SelectionSlider(
        options=network.layers, value=network.default, description="layer", continuous_update=True
    )
    weights = {
        name: ui.FloatSlider(0, min=-1, max=3, step=0.25, description=name)
        for name in network.layers
    }
    more = ui.Accordion([ui.VBox(list(weights.values()))], selected_index=None)
    more.set_title(0, "add other layers, by weight")
    full = ui.ToggleButton(description="Full size", tooltip="Dream over the whole photo")
    own = PictureInput(description="a photo of your own")

    def call(layer: str, full: bool, own: Any, **values: Any) -> Call:
        added = {name: values.pop(name) for name in weights}
        objective = {layer: 1.0} | {name: weight for name, weight in added.items() if weight}
        start = own_picture(own, given)
        start = start if full else Call("dk.shrink", shrink, start, side)
        return Call("dk.deepdream", deepdream, start, net, objective, **as_climbed(values))

    controls = {"layer": layer, **knobs, **weights, "full": full, "own": own}
    below = ui.VBox([full, own])
    return Live(controls, call, dream_view, [layer, *knobs.values(), more, below])


def own_picture(files: Any, given: Named) -> Any:
    """The reader's picture, as it is opened in code, or the one given if there is none."""
    if not files:
        return given
    (file,) = files
    call = f"dk.load_image({file['name']!r}, max_side={OWN_SIDE})"
    return Named(call, _read(file["name"], bytes(file["content"])))


@lru_cache(maxsize=2)
def _read(name: str, content: bytes) -> np.ndarray:
    with TemporaryDirectory() as folder:
        path = Path(folder) / portable(Path(name).name)
        write_whole(path, content)
        return load_image(path, OWN_SIDE)


def dream_view(dream: Picture, code: str, **_: Any) -> tuple[str, str]:
    """The picture of a dream, and how far its score rose."""
    words = "stopped" if dream.stopped else "done"
    if len(dream.history) > 1 and dream.history[0] > 0:
        words = f"score × {dream.history[-1] / dream.history[0]:.1f}, {words}"
    return pictures(dream, alt=f"A dream made by {code}").tag, words


def as_climbed(values: dict[str, Any]) -> dict[str, Any]:
    """What the controls say, where a spectrum's steps are so much smaller than those of pixels."""
    if values["climb"] == "pixels":
        return {name: value for name, value in values.items() if name != "climb"}
    return values | {"step_size": round(STEP * values["step_size"], 4)}


def knobs_of(network: Network) -> dict[str, Any]:
    """The controls for the numbers that every dream takes, set to a quick preview."""
    slide = {"min": 0.001, "max": 0.03, "step": 0.001, "readout_format": ".3f"}
    return {
        "climb": ui.ToggleButtons(options=["spectrum", "pixels"], description="climb"),
        "octaves": ui.IntSlider(3, min=1, max=6, description="octaves"),
        "steps": ui.IntSlider(6, min=1, max=20, description="steps"),
        "step_size": ui.FloatSlider(network.step_size, **slide, description="step size"),
        "seed": ui.BoundedIntText(USUAL["seed"], min=0, max=9999, description="seed"),
    }
