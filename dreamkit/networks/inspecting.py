"""Look, don't guess: what pictures a model takes, and whether our copy of it answers as it does."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import layers as kl
from keras import ops

from ..arguments import as_array, number, warn
from ..backend import Compiled
from ..pretrained import card
from .graph import Graph, layers_within, maker, of_any_size, opened, over
from .layers import junctions
from .network import Network, check_model

RANGES = ((0, 255), (0, 1), (-1, 1))  # what a model may be given
ARRIVING = ((0, 1), (-1, 1), (-0.5, 0.5), (-2.1, 2.6))  # what its weights like; last: ImageNet's
SIDE = 64  # pixels, of what is shown to a model that takes any size
SIDES = (8, 12, 16, 24, 32, 48, 64, 75, 96, 128, 192, 256)
MULTIPLES = (1, 2, 4, 8, 16, 32, 64)


def own(model: keras.Model, name: str, pixels: Any, preprocess: Any) -> Network:
    """A network of somebody's model, with what ``load_network`` was told of it."""
    check_model(model)
    channels = _channels(model, name, preprocess)
    made_by, graph = _module_of(model), opened(model)
    deepest = junctions(graph)[-1]
    (low, high), why = pixels_of(graph)
    if pixels is not None:
        (low, high), why = _pair(pixels), "as you said"
    elif preprocess is not None:
        modules = vars(keras.applications).values()
        asks = any(preprocess is getattr(module, "preprocess_input", None) for module in modules)
        (low, high), why = (0, 255 if asks else 1), "preprocessed as you said"
    elif made_by and not why:
        (low, high), why, preprocess = (0, 255), made_by.__name__, made_by.preprocess_input
    elif not why:
        why = "a guess"
        warn(
            f"What pixels {name} takes can't be told from its layers: they are taken to go from "
            f"{low} to {high}. Say so with pixels=(0, 1), or pixels=(0, 255), pixels=(-1, 1) or "
            "preprocess=, or dreams may come out black or as noise."
        )
    scale, first = scaled(low, high), (lambda x: x) if preprocess is None else preprocess

    def prepared(x: Any) -> Any:
        x = first(scale(x))
        return ops.mean(x, axis=-1, keepdims=True) if channels == 1 and x.shape[-1] == 3 else x

    if preprocess is not None:
        _check_preprocess(prepared, channels)
    takes = f"Takes pixels from {low:g} to {high:g}: {why}."
    classes = imagenet_classes() if made_by and model.outputs[0].shape[-1] == 1000 else []
    part = of_any_size(keras.Model(graph.model.inputs[0], {deepest: graph.tensors[deepest]}))
    smallest, multiple = sizes_of(part, name)
    if None not in part.input_shape[1:3]:
        takes += " It takes them of {} × {} pixels only.".format(*part.input_shape[1:3])
    for folding in (True, False):
        how: dict[str, Any] = {"takes": takes, "multiple": multiple, "folding": folding}
        network = Network(model, name, prepared, smallest, classes, **how)
        off, most = difference(network, prepared)
        if off <= most:
            return network
    raise ValueError(
        f"{name} can't be looked into: its layers, run one by one, answer a random picture with up "
        f"to {off:.2g} more or less than the model itself. A call() of its own, or a layer that "
        "runs as in training, may be the reason: build it with keras.Model(inputs, outputs)."
    )


def _pair(pixels: Any) -> tuple[float, float]:
    """The smallest and the largest pixel value."""
    try:
        low, high = (number("A pixel", value) for value in as_array("pixels", pixels))
    except (TypeError, ValueError):
        low = high = 0
    if low >= high:
        raise ValueError(
            "pixels must be the smallest and the largest value of a pixel, such as (0, 255), got "
            f"{pixels!r}."
        )
    return low, high


def _channels(model: keras.Model, name: str, preprocess: Any) -> int:
    """How many channels a picture has; ValueError unless it is grey or RGB, and they come last."""
    shape = model.inputs[0].shape[1:]
    formats = {getattr(layer, "data_format", None) for layer in layers_within(model)}
    if "channels_first" in formats:
        raise ValueError(
            f"{name} takes its channels first, {shape}; pictures here are (height, width, 3). "
            "Build it with data_format='channels_last' and give it the same weights."
        )
    if shape[-1] is None or (shape[-1] not in (1, 3) and preprocess is None):
        raise ValueError(
            f"{name} takes pictures of {shape[-1]} channels, {shape}. Expected 3 (RGB) or 1 "
            "(grey); for another number give preprocess=, which makes them of RGB."
        )
    return int(shape[-1])


def _check_preprocess(prepared: Callable[[Any], Any], channels: int) -> None:
    """Raise ValueError unless pictures can be preprocessed so, and compiled."""
    try:
        made = ops.convert_to_numpy(Compiled(prepared)(np.full((1, 8, 8, 3), 0.5, "float32")))
        came = f"shape {made.shape}, values {made.min():g} to {made.max():g}"
        right = made.shape == (1, 8, 8, channels) and np.isfinite(made).all()
    except Exception as error:  # whatever the user's function raises
        right, came = False, f"{type(error).__name__}: {error}"
    if not right:
        raise ValueError(
            "preprocess must be a function, written in keras.ops, that makes finite numbers of "
            f"shape (n, height, width, {channels}) of float32 pictures (n, height, width, 3); for "
            f"(1, 8, 8, 3) it gave {came}."
        )


def _module_of(model: keras.Model) -> Any:
    """The module of ``keras.applications`` that a model, or one inside it, is from, by its name."""
    builders = applications()
    names = [layer.name for layer in layers_within(model) if isinstance(layer, keras.Model)]
    for name in names:
        plain = "".join(filter(str.isalnum, name.lower()))
        fits = [builder for builder in builders if plain.startswith(builder.replace("_", ""))]
        if fits:
            return getattr(keras.applications, builders[max(fits, key=len)][0])
    return None


def imagenet_classes() -> list[str]:
    """The names of ImageNet's 1,000 classes, in the order that all networks have them in."""
    names: list[str] = card("efficientnet_lite0")["classes"]
    return names


def scaled(low: float, high: float) -> Callable[[Any], Any]:
    """From values in [0, 1] to values between two others."""
    return lambda x: x * (high - low) + low


def pixels_of(graph: Graph) -> tuple[tuple[float, float], str]:
    """The smallest and largest pixel that a model takes, and how that is known, "" if it is not.

    Black, grey and white arrive at its first weights as these like to see them only if they set out
    right.
    """
    name, arriving, picture = _first_weights(graph)
    path = of_any_size(keras.Model(picture, arriving))
    flat = np.ones((3, *(side or SIDE for side in path.input_shape[1:])), "float32")
    seen: dict[tuple[float, float], np.ndarray] = {}
    for ends in RANGES:
        given = flat * np.linspace(*ends, 3).reshape(3, 1, 1, 1)
        answer = ops.convert_to_numpy(path(given.astype("float32"), training=False))
        seen[ends] = np.median(answer.reshape(3, -1, answer.shape[-1]), axis=1).mean(1)
    if all(
        np.allclose(values, np.linspace(*ends, 3), atol=0.02 * ends[1])
        for ends, values in seen.items()
    ):
        dtype = graph.source.dtype
        return ((0, 255), f"its input is {dtype}") if "int" in dtype else ((0, 1), "")
    best = min(seen, key=lambda ends: _unlike(seen[ends]))
    lights = ", ".join(f"{value:.2g}" for value in seen[best])
    return best, f"black, grey, white arrive at {name!r} as {lights}"


def _first_weights(graph: Graph) -> tuple[str, Any, Any]:
    """The first layer with weights that do more than normalise, what arrives there, the input."""
    (picture,) = graph.model.inputs
    for name, tensor in graph.tensors.items():
        layer = maker(tensor)
        normalises = isinstance(layer, (kl.Normalization, kl.BatchNormalization))
        if getattr(layer, "weights", []) and not normalises:
            return name, keras.tree.flatten(layer.input)[0], picture
    return "input", picture, picture


def _unlike(values: np.ndarray) -> float:
    """How far what arrives is from anything that networks are trained on."""
    low, high = float(values.min()), float(values.max())
    span = max(high - low, 1e-9)
    return min(
        abs(math.log(span / (top - bottom))) + abs(low + high - bottom - top) / 2 / span
        for bottom, top in ARRIVING
    )


def sizes_of(part: keras.Model, name: str) -> tuple[int, int]:
    """The smallest side that a part takes, and what its sides must be a multiple of."""
    height, width = part.input_shape[1:3]
    if (height is None) != (width is None):
        raise ValueError(
            f"{name} takes pictures of {height or 'any'} × {width or 'any'} pixels. Give it an "
            "input of one size, such as the one that it was trained on."
        )
    if None not in (height, width):
        return int(min(height, width)), 1
    for multiple in MULTIPLES:
        if all(over(part, 192 + k * multiple, 192 + k * multiple) for k in (1, 2, 3)):
            for side in SIDES:
                if side % multiple == 0 and over(part, side, side):
                    return side, multiple
    raise ValueError(
        f"{name} takes pictures of any size by its input, but its layers fit together at none "
        "that was tried. Give it an input of the size that it was trained on."
    )


def difference(network: Network, prepared: Callable[[Any], Any]) -> tuple[float, float]:
    """How far a network's answers to a random picture are from its model's own, and may be."""
    model, least = network.model, -(-network.smallest // SIDE) * SIDE
    size = [side or least for side in model.input_shape[1:3]]
    picture = np.random.default_rng(0).random((1, *size, 3)).astype("float32")
    given = ops.convert_to_numpy(prepared(picture))
    given = given.astype(model.inputs[0].dtype)  # whole numbers, where it takes no others

    def answers(run: Any, given: np.ndarray) -> list[np.ndarray]:
        found = keras.tree.flatten(run(given, training=False))
        return [ops.convert_to_numpy(answer).astype("float64") for answer in found]

    def largest(values: Any) -> float:
        return max(float(np.nan_to_num(np.abs(v), posinf=0).max(initial=0)) for v in values)

    try:
        theirs, again = answers(model, given), answers(model, given)
    except Exception as error:  # every layer, and every framework, has its own
        raise ValueError(f"{model.name} does not run on a picture of {size}: {error}") from error
    ours = answers(network.folded(network.graph.model), given.astype("float32"))
    rough = {layer.compute_dtype for layer in model.layers} != {"float32"}
    chance = largest(a - b for a, b in zip(theirs, again, strict=True))  # dropout, left running
    most = (0.05 if rough else 1e-3) * largest(theirs) + 1e-6
    return largest(a - b for a, b in zip(theirs, ours, strict=True)), max(most, 2 * chance)


def applications() -> dict[str, tuple[str, str]]:
    """``{"inceptionv3": ("inception_v3", "InceptionV3"), …}`` for every CNN Keras ships."""
    builders = inspect.getmembers(keras.applications, inspect.isfunction)
    return {name.lower(): (f.__module__.rpartition(".")[2], name) for name, f in builders}
