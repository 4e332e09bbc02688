"""Inside DreamNet: whether drawings agree with it.

``python -m benchmarks.inside_vision`` prints Markdown and keeps the numbers. It reads the
validation pictures of Tiny ImageNet, which had no part in training.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from keras import ops

import dreamkit as dk
from dreamkit.objectives import channel, logit
from recipes import dreamnet
from recipes.data import tiny_imagenet
from tools.measure import comparison, keep

CLASSES = 8  # how many are drawn, spread over all
CHANNELS = 8
LAYER = "mixed6"
SIDE = 96
Draw = Callable[[Any, Any], np.ndarray]  # (network, objective)
PLAIN: dict[str, Any] = {
    "octaves": 1,
    "jitter": 0,
    "smoothing": 0,
    "natural_colour": 0,
    "keep_light": 0,
    "step_size": 0.01,
}


def from_pixels(network: dk.Network, objective: dk.Objective) -> np.ndarray:
    """The plain way: pixels climb from grey noise, for as many steps."""
    noise = 0.5 + 0.05 * np.random.default_rng(0).standard_normal((SIDE, SIDE, 3))
    return dk.deepdream(noise.clip(0, 1), network, objective, steps=80, **PLAIN).image


def from_spectrum(network: dk.Network, objective: dk.Objective) -> np.ndarray:
    """Ours."""
    return dk.visualise(network, objective, side=SIDE).image


def class_probability(network: dk.Network, draw: Draw) -> list[float]:
    """Probability of each class drawn, on its drawing."""
    chosen = np.linspace(0, len(network.classes) - 1, CLASSES).astype(int)
    names = [network.classes[c] for c in chosen]
    answers = (network.predict(draw(network, logit(name)), top=None) for name in names)
    return [dict(answer)[name] for name, answer in zip(names, answers, strict=True)]


def percentiles(
    network: dk.Network, draw: Draw, pictures: np.ndarray, labels: np.ndarray
) -> list[float]:
    """Where pictures of the class that a channel's drawing shows rank for it, of all pictures.

    The class is the one that the network sees in the drawing; 0.5 is what chance gives.
    """
    answers = network.features([LAYER])
    parts = (answers(part)[LAYER] for part in np.array_split(pictures, 40))
    means = np.concatenate([ops.convert_to_numpy(part).mean((1, 2)) for part in parts])
    ranks = means.argsort(0).argsort(0) / (len(means) - 1)
    chosen = np.linspace(0, means.shape[1] - 1, CHANNELS).astype(int)
    shown = (network.predict(draw(network, channel(LAYER, int(c))), top=1) for c in chosen)
    seen = (network.classes.index(name) for ((name, _),) in shown)
    return [float(ranks[labels == s, c].mean()) for s, c in zip(seen, chosen, strict=True)]


def measure() -> dict[str, Any]:
    """Everything."""
    network = dk.load_network("dreamnet")
    pictures, labels, _ = tiny_imagenet("val", dreamnet.CLASSES)
    found: dict[str, Any] = {}
    for name, draw in {"spectrum": from_spectrum, "pixels": from_pixels}.items():
        found[name] = {
            "probability": class_probability(network, draw),
            "percentile": percentiles(network, draw, pictures.astype("float32") / 255, labels),
        }
    return found


def rows(results: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(what, value, compared with) of what was measured."""
    ours, plain = results["spectrum"], results["pixels"]
    return [
        (
            f"probability of the class drawn, mean of {CLASSES}",
            f"{np.mean(ours['probability']):.3f}",
            f"pixels {np.mean(plain['probability']):.3f}",
        ),
        (
            f"percentile of the right class for a channel, mean of {CHANNELS}",
            f"{100 * np.mean(ours['percentile']):.0f}",
            f"pixels {100 * np.mean(plain['percentile']):.0f}, chance 50",
        ),
    ]


def table(results: dict[str, Any]) -> str:
    """Markdown."""
    return comparison(rows(results), results)


if __name__ == "__main__":
    print(table(keep("inside_vision", measure())))
