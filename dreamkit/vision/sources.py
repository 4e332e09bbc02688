"""Where networks come from: bundled, ``keras.applications``, a file, or a model of your own."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
from keras import layers as kl
from keras import ops

from .. import pretrained
from .networks import PRECISIONS, Network, check_model

# Smallest side that an application's code accepts, where it is not 32 (keras.applications).
SMALLEST = {"inception_v3": 75, "inception_resnet_v2": 75, "xception": 71}


def load_network(
    source: str | Path | keras.Model = "dreamnet",
    *,
    weights: str | Path | None = "imagenet",
    pixels: tuple[float, float] | None = None,
    precision: str = "float32",
) -> Network:
    """A network to dream with.

    Parameters
    ----------
    source : str, pathlib.Path or keras.Model
        ``"dreamnet"`` (bundled); the name of a network in ``keras.applications`` such as
        ``"inception_v3"`` or ``"vgg16"``; the path of a ``.keras`` file; or a Keras model.
    weights : "imagenet", path or None
        For ``keras.applications`` only: Keras downloads and verifies the ImageNet weights; a path
        names a weights file of your own; None leaves the network untrained.
    pixels : (float, float), optional
        For a model of your own: the smallest and largest pixel value it was trained on. By default
        (0, 255) when it begins with a Rescaling or Normalization layer, otherwise (0, 1).
    precision : {"float32", "mixed_bfloat16"}
        With the second the network computes with fewer digits, two to three times as fast where
        the hardware has units for it: GPUs since 2020, and Intel CPUs with AMX.

    Returns
    -------
    Network

    Raises
    ------
    ValueError
        For an unknown name or precision, a file that is no Keras model, or weights that do not fit.
    FileNotFoundError
        When there is no such file.
    OSError
        When ImageNet weights are neither cached nor to be had from the network.

    Examples
    --------
    >>> net = load_network("dreamnet")
    >>> net.layers
    ['mixed1', 'mixed2', 'mixed3', 'mixed4', 'mixed5', 'mixed6']
    """
    if precision not in PRECISIONS:
        raise ValueError(f"precision must be {' or '.join(PRECISIONS)}, got {precision!r}.")
    return _loaded(source, weights, pixels).computing_in(precision)


def _loaded(source: Any, weights: Any, pixels: tuple[float, float] | None) -> Network:
    if isinstance(source, keras.Model):
        return _own(source, source.name, pixels)
    builders = _applications()
    name = str(source).lower().replace("_", "")
    if name in builders:
        return _application(*builders[name], weights)
    if Path(source).suffix in (".keras", ".h5"):
        return _own(_load_file(Path(source)), Path(source).stem, pixels)
    card = pretrained.card(str(source), also=[module for module, _ in builders.values()])
    model = _load_file(pretrained.bundled(str(source)))
    return Network(model, str(source), _scaled(*card["pixels"]), card["smallest"], card["classes"])


def _scaled(low: float, high: float) -> Callable[[Any], Any]:
    return lambda x: x * (high - low) + low


def _own(model: keras.Model, name: str, pixels: tuple[float, float] | None) -> Network:
    check_model(model)
    first = next((la for la in model.layers if not isinstance(la, kl.InputLayer)), None)
    if pixels is None:
        pixels = (0, 255) if isinstance(first, (kl.Rescaling, kl.Normalization)) else (0, 1)
    scale = _scaled(*pixels)
    grey = model.inputs[0].shape[-1] == 1
    preprocess = (lambda x: scale(ops.mean(x, axis=-1, keepdims=True))) if grey else scale
    network = Network(model, name, preprocess, 1)
    network.smallest = _smallest_input(network)
    return network


def _smallest_input(network: Network) -> int:
    """Smallest side at which the deepest junction still has a position."""
    part = network.part(network.layers[-1:] or [network.model.layers[-1].name])
    if None not in part.input_shape[1:3]:
        return min(part.input_shape[1:3])
    for side in (8, 12, 16, 24, 32, 48, 64, 75, 96, 128, 192, 256):
        try:
            shape = next(
                iter(part.compute_output_shape((1, side, side, part.input_shape[-1])).values())
            )
        except ValueError:
            continue
        if all(n is None or n > 0 for n in shape):
            return side
    return 299


def _load_file(path: Path) -> keras.Model:
    if not path.is_file():
        raise FileNotFoundError(f"There is no file {path}. Give the path of a .keras file.")
    try:
        return keras.models.load_model(path, compile=False, safe_mode=True)
    except Exception as error:
        raise ValueError(
            f"{path} could not be read as a Keras model; it may be cut short or of another kind. "
            f"Save it again with model.save('{path.stem}.keras'). Keras says: {error}"
        ) from error


def _applications() -> dict[str, tuple[str, str]]:
    """``{"inceptionv3": ("inception_v3", "InceptionV3"), …}`` for every CNN Keras ships."""
    builders = inspect.getmembers(keras.applications, inspect.isfunction)
    return {name.lower(): (f.__module__.rpartition(".")[2], name) for name, f in builders}


def _application(module_name: str, builder: str, weights: str | Path | None) -> Network:
    module = getattr(keras.applications, module_name)
    path = None if weights in (None, "imagenet") else Path(str(weights))
    if path is not None and not path.is_file():
        raise FileNotFoundError(f"There is no weights file {path}.")
    try:
        model = getattr(keras.applications, builder)(
            include_top=False,
            weights="imagenet" if weights == "imagenet" else None,
            input_shape=(None, None, 3),
        )
    except Exception as error:
        if weights != "imagenet":
            raise
        raise OSError(
            f"The ImageNet weights of {builder} are not cached and could not be downloaded: "
            f"{error}. With a network, try again; without, put that file into {_keras_cache()}, "
            "pass weights='path/to/file.h5', or dream with the bundled load_network('dreamnet')."
        ) from error
    if path is not None:
        try:
            model.load_weights(path)
        except Exception as error:
            raise ValueError(
                f"{path} does not hold weights for {builder} without its classifier; it may be cut "
                f"short. Keras says: {error}"
            ) from error
    name = module_name if builder.lower() == module_name.replace("_", "") else builder.lower()
    return Network(
        model, name, lambda x: module.preprocess_input(x * 255), SMALLEST.get(module_name, 32)
    )


def _keras_cache() -> Path:
    return Path(os.environ.get("KERAS_HOME", "~/.keras")) / "models"
