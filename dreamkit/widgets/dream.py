"""Explore free dreams: which layer, how many octaves, how many steps."""

from typing import Any

import ipywidgets
import numpy as np

from ..plots import pictures
from ..vision.dream import Dream, deepdream
from ..vision.images import as_picture, resize
from ..vision.networks import Network
from .live import Live


def dream_explorer(photo: np.ndarray, network: Network, *, side: int = 320) -> Live:
    """Sliders over ``deepdream``.

    Parameters
    ----------
    photo : array, shape (height, width, 3)
    network : Network
    side : int
        Longest side of the preview, in pixels; *full size* dreams over the whole photo.

    Returns
    -------
    Live
    """
    photo = as_picture(photo)
    preview = shrunk(photo, side)
    knobs = dream_knobs()
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

    def render(progress: Any, layer: str, full: bool, **values: Any) -> Dream:
        chosen = target(layer, values)
        return deepdream(photo if full else preview, network, chosen, progress=progress, **values)

    def code(layer: str, full: bool, **values: Any) -> str:
        chosen = target(layer, values)
        return f"dk.deepdream({'photo' if full else 'small'}, net, {chosen}, {arguments(values)})"

    controls = {"layer": layer, **knobs, **weights, "full": full}
    return Live(controls, render, dream_view, code, [layer, *knobs.values(), more, full])


def dream_view(dream: Dream, code: str) -> tuple[str, str]:
    """The picture of a dream, and how far its score rose."""
    words = "stopped" if dream.stopped else "done"
    if len(dream.history) > 1 and dream.history[0] > 0:
        words = f"score × {dream.history[-1] / dream.history[0]:.1f}, {words}"
    return pictures(dream, alt=f"A dream made by {code}").tag, words


def shrunk(photo: np.ndarray, side: int) -> np.ndarray:
    """The photo with no side longer than ``side`` pixels."""
    height, width = photo.shape[:2]
    scale = min(1.0, side / max(height, width))
    return np.clip(resize(photo, max(1, round(height * scale)), max(1, round(width * scale))), 0, 1)


def dream_knobs() -> dict[str, Any]:
    """The controls for the numbers that every dream takes."""
    return {
        "octaves": ipywidgets.IntSlider(3, min=1, max=6, description="octaves"),
        "steps": ipywidgets.IntSlider(6, min=1, max=20, description="steps"),
        "step_size": ipywidgets.FloatSlider(
            0.007, min=0.001, max=0.03, step=0.001, readout_format=".3f", description="step size"
        ),
        "seed": ipywidgets.BoundedIntText(0, min=0, max=9999, description="seed"),
    }


def arguments(values: dict[str, Any]) -> str:
    """``{"octaves": 3, "seed": 0}`` as they are written in a call."""
    return ", ".join(
        f"{name}={round(value, 4) if isinstance(value, float) else value!r}"
        for name, value in values.items()
    )
