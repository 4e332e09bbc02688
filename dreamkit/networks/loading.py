"""Where networks come from: bundled, ``keras.applications``, a file, or a model of your own."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

import h5py
import keras
from keras import layers as kl

from ..arguments import among, as_path, did_you_mean, spoken, warn
from ..backend import slow_in_bfloat16
from ..files import load_json
from ..objectives.objective import Objective
from ..pretrained import WEIGHTS, checkpoint
from .inspecting import applications, imagenet_classes, own, scaled
from .network import DRAWN_SIDE, PRECISIONS, STEP_SIZE, Network
from .older import Unreadable, is_of_keras_2, translated

# Smallest side that an application's code accepts, where it is not 32 (keras.applications).
SMALLEST = {"inception_v3": 75, "inception_resnet_v2": 75, "xception": 71}
# Its code joins branches wrongly when the size is open, and rightly at multiples of 32.
BUILT_FOR, MULTIPLE = {"nasnet": (224, 224, 3)}, {"nasnet": 32}


def load_network(
    source: str | Path | keras.Model | Network = "efficientnet_lite0",
    *,
    top: bool = False,
    weights: str | Path | None = "imagenet",
    pixels: tuple[float, float] | None = None,
    preprocess: Callable[[Any], Any] | None = None,
    precision: str = "float32",
) -> Network:
    """A network to dream with.

    Parameters
    ----------
    source : str, pathlib.Path or keras.Model
        ``"efficientnet_lite0"`` (bundled; it knows the 1,000 classes of ImageNet) or ``"dreamnet"``
        (bundled; small and robust); the name of a network in ``keras.applications`` such as
        ``"inception_v3"`` or ``"vgg16"``; the path of a ``.keras``, ``.h5`` or ``.hdf5`` file; or a
        Keras model. Models that are layers of it are opened: their layers can be dreamt at.
    top : bool
        For ``keras.applications`` only: with its classes, for ``objectives.logit``.
    weights : "imagenet", path or None
        For ``keras.applications`` only: Keras downloads and verifies the ImageNet weights; a path
        names a weights file of your own; None leaves the network untrained. With anything else a
        path is refused, and None, as ``top=True``, is passed over with a warning.
    pixels : (float, float), optional
        For a model of your own: the smallest and largest pixel value it was trained on. By default
        this is looked for, by sending black and white through its first layers; where that tells
        nothing it is taken to be (0, 1), with a warning. ``print(net)`` says what was found.
    preprocess : callable, optional
        For a model of your own: makes of pictures, float32 (n, height, width, 3), what it was
        trained on. They are in [0, 1] unless ``pixels`` says otherwise; for a ``preprocess_input``
        of ``keras.applications`` they are in [0, 255]. Written in ``keras.ops``.
    precision : {"float32", "mixed_bfloat16"}
        With the second the network computes with fewer digits, for GPUs that have units for it
        (since 2020). A CPU without instructions for it takes several times as long; a warning
        says so. What the model was trained in makes no difference.

    Returns
    -------
    Network

    Raises
    ------
    ValueError
        For an unknown name or precision, a file that is no Keras model, weights that do not fit or
        have no use, pixels for a network that is loaded, or a model that takes something else than
        one picture, grey or RGB.
    FileNotFoundError
        When there is no such file.
    OSError
        When ImageNet weights are neither cached nor to be had from the network.

    Examples
    --------
    >>> net = dk.load_network()
    >>> net.default, net.sees[net.default]
    ('block11', 'dogs and other furry animals, with faces and legs')
    >>> dk.load_network("dreamnet").layers
    ['mixed1', 'mixed2', 'mixed3', 'mixed4', 'mixed5', 'mixed6']

    Taught in lesson 01.
    """
    among("top", top, (True, False))
    if weights is not None:
        as_path(weights)
    among("precision", precision, PRECISIONS)
    if precision == "mixed_bfloat16" and slow_in_bfloat16():
        warn(
            "This CPU has no instructions for bfloat16 and imitates them: mixed_bfloat16 may take "
            "five times as long as float32 here. It is for GPUs."
        )
    if isinstance(source, Network):
        _only_applications(source.name, top, weights)
        if pixels is not None or preprocess is not None:
            raise ValueError(
                f"{source.name} is loaded, and takes what it took then. Load its model anew: "
                "load_network(net.model, pixels=...), or with preprocess=."
            )
        return source.computing_in(precision)
    network = _loaded(source, top, weights, pixels, preprocess)
    name = _plain(network.name)
    shared = name in applications() or (WEIGHTS / f"{network.name}.keras").is_file()
    by_name = isinstance(source, str) and _plain(source) == name and weights == "imagenet"
    network.alone = by_name or not shared
    return network.computing_in(precision)


def _plain(name: Any) -> str:
    """A network's name however it is spelt: MobileNetV2, mobilenet_v2."""
    return str(name).lower().replace("_", "")


def as_network(network: Any) -> Network:
    """The network that an argument is, or that ``load_network`` makes of it; else ValueError."""
    return network if isinstance(network, Network) else load_network(network)


def _loaded(source: Any, top: bool, weights: Any, pixels: Any, preprocess: Any) -> Network:
    if isinstance(source, keras.Model):
        _only_applications(source.name, top, weights)
        return own(source, source.name, pixels, preprocess)
    if not isinstance(source, (str, Path)) or not str(source):
        order = " The network comes first, then the objective." * isinstance(source, Objective)
        raise ValueError(
            "A network is what load_network gives, a name, the path of a file, or a Keras model; "
            f"got {None if source is None else type(source).__name__}.{order}"
        )
    path = as_path(source)
    if path.suffix or path.exists() or len(path.parts) > 1:
        _only_applications(path.name, top, weights)
        facts = _card_of(path) if pixels is None and preprocess is None else {}
        if facts:
            return _carded(path, facts)
        return own(_load_file(path), path.stem, pixels, preprocess)
    bundled = sorted(path.stem for path in WEIGHTS.glob("*.keras") if _card_of(path))
    builders, name = applications(), _plain(source)
    if (str(source) in bundled or name in builders) and (
        pixels is not None or preprocess is not None
    ):
        raise ValueError(
            f"What {source} takes is known: pixels and preprocess are for other models."
        )
    if str(source) in bundled:
        _only_applications(str(source), top, weights)
        return _carded(*checkpoint(source))
    if name in builders:
        return _application(*builders[name], top, weights)
    near = did_you_mean(source, [*bundled, *(_spelt(*each) for each in builders.values())])
    raise ValueError(
        f"There is no network {source!r}.{near} Bundled are {spoken(bundled)}; others are "
        "those of keras.applications, by name, a file by its path, or a Keras model."
    )


def _only_applications(name: str, top: bool, weights: Any) -> None:
    """Refuse a file of weights for anything but an application; what else is passed over, name."""
    if weights is not None and not (isinstance(weights, str) and weights == "imagenet"):
        raise ValueError(
            f"weights= is for networks of keras.applications, and {name} has its own. For others: "
            "model.load_weights(path), then pass the model."
        )
    unused = ["top=True"] * bool(top) + ["weights=None"] * (weights is None)
    if unused:
        warn(
            f"{' and '.join(unused)} passed over: for networks of keras.applications only. {name} "
            "is taken as it is, with the layers and the weights that it has."
        )


def _spelt(module_name: str, builder: str) -> str:
    """The name of an application: that of its module, where it is alone in it."""
    return module_name if builder.lower() == module_name.replace("_", "") else builder.lower()


def _card_of(path: Path) -> dict[str, Any]:
    """The card beside a network's file, if there is one."""
    try:
        facts = load_json(path.with_suffix(".json"))
    except (OSError, ValueError):
        return {}
    return facts if {"pixels", "smallest", "classes"} <= facts.keys() else {}


def _carded(path: Path, facts: dict[str, Any]) -> Network:
    low, high = facts["pixels"]
    return Network(
        _load_file(path),
        path.stem,
        scaled(low, high),
        facts["smallest"],
        facts["classes"],
        sees=facts.get("layers"),
        step_size=facts.get("step_size", STEP_SIZE),
        side=facts.get("side", DRAWN_SIDE),
        takes=f"Takes pixels from {low:g} to {high:g} (its card).",
    )


def _load_file(path: Path) -> keras.Model:
    kind = path.suffix.lower()
    again = f"In Keras, where it was made: model.save('{path.stem}.keras')"
    if path.is_dir() or (path.is_file() and kind not in (".keras", ".h5", ".hdf5")):
        raise ValueError(
            f"{path} is a {'folder' if path.is_dir() else f'{kind} file'}; networks are read from "
            f".keras, .h5 and .hdf5. {again}. What another library made is built anew in Keras, "
            "given its weights, and passed as a model."
        )
    if not path.is_file():
        raise FileNotFoundError(f"There is no file {path}. Give the path of a .keras file.")
    with tempfile.TemporaryDirectory() as folder:
        lower = Path(folder) / f"{path.stem}{kind}"  # Keras minds capitals
        today, old = Path(folder) / f"today{kind}", False
        try:
            with suppress(Exception):  # what can't be read is not old
                old = is_of_keras_2(configuration(path))  # of which Keras 3.13 may read for ever
            readable = path if path.suffix == kind else shutil.copy(path, lower)
            readable = _in_today_s_words(path, today) if old else readable
            return keras.models.load_model(readable, compile=False, safe_mode=True)
        except Exception as error:
            with suppress(Exception):
                if not old:
                    readable = _in_today_s_words(path, today)
                    return keras.models.load_model(readable, compile=False, safe_mode=True)
            reason = _why_unreadable(path) or (
                f"it may be cut short, or its weights be those of other layers. {again}"
            )
            says = "" if isinstance(error, Unreadable) else f" Keras says: {error}"
            raise ValueError(
                f"{path.name} could not be read as a Keras model: {reason}.{says}"
            ) from error


def _in_today_s_words(path: Path, copy: Path) -> Path:
    """A copy of a model's file, with the model described as Keras 3 describes it."""
    config = json.dumps(translated(configuration(path)))
    if copy.suffix == ".keras":
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w") as new:
            for name in old.namelist():
                new.writestr(name, config if name == "config.json" else old.read(name))
    else:
        with h5py.File(path) as old, h5py.File(copy, "w") as new:
            new.attrs["model_config"] = config
            old.copy("model_weights", new)
    return copy


def _why_unreadable(path: Path) -> str:
    """What a file holds that Keras does not read; "" if its configuration does not tell."""
    loaded = f"dk.load_network(keras.models.load_model('{path.name}', "
    anew = (
        f"Build the same layers in Keras 3, then model.load_weights('{path.name}'), and pass the "
        "model"
    )
    try:
        config = configuration(path)
        config = config and translated(config)
    except Unreadable as operation:
        return (
            f"it holds an operation, {operation}, as Keras 2 wrote it, and Keras 3 does not read "
            f"that. {anew}"
        )
    except Exception:  # a file that is cut short has none that can be read
        return ""
    if config is None:
        return (
            "it holds weights only. Build the model, model.load_weights(path), and pass the "
            "model; those of keras.applications go into weights="
        )
    objects = list(_objects(config))
    if any(each["class_name"] == "Lambda" for each in objects):
        return (
            "it holds Python code (a Lambda layer), which is not run from a file. If you trust "
            f"it: {loaded}safe_mode=False)). Where that fails, another Python wrote it. {anew}"
        )
    if not all(map(_is_known, objects)):
        return (
            "it holds a layer or a function of your own. With that at hand: "
            f"{loaded}custom_objects={{...}}))"
        )
    if strange := [each for each in objects if not _can_be_made(each)]:
        inmost = strange[-1]
        return (
            "it was made by another Keras, such as Keras 2: Keras "
            f"{keras.__version__} has no {inmost['class_name']} like its "
            f"{inmost['config'].get('name')!r}. {anew}"
        )
    return ""


def configuration(path: Path) -> Any:
    """The configuration of a model in a ``.keras``, ``.h5`` or ``.hdf5`` file; None without one."""
    if path.suffix.lower() == ".keras":
        with zipfile.ZipFile(path) as archive:
            return json.loads(archive.read("config.json"))
    with h5py.File(path) as file:
        config = file.attrs.get("model_config")
    return None if config is None else json.loads(config)


def _objects(config: Any) -> Iterator[dict[str, Any]]:
    """Everything in a configuration that names a class, or a function, to be made."""
    if isinstance(config, dict):
        if isinstance(config.get("class_name"), str):
            yield config
        for each in config.values():
            yield from _objects(each)
    elif isinstance(config, list):
        for each in config:
            yield from _objects(each)


def _is_known(written: dict[str, Any]) -> bool:
    """Whether Keras can make what a configuration names; old files name no module."""
    name, module = written["class_name"], written.get("module")
    if keras.saving.get_registered_object(written.get("registered_name") or name) is not None:
        return True
    if module is None:
        places = (keras, keras.layers, keras.initializers, keras.regularizers, keras.constraints)
        return name == "Functional" or name[:2] == "__" or any(hasattr(p, name) for p in places)
    return bool(module.startswith("keras"))


def _can_be_made(written: dict[str, Any]) -> bool:
    """Whether this Keras makes a layer of Keras of what a configuration says of it."""
    if written.get("module") != "keras.layers":
        return True
    try:
        getattr(kl, written["class_name"]).from_config(deepcopy(written["config"]))
    except Exception:  # each layer has its own
        return False
    return True


def _application(module_name: str, builder: str, top: bool, weights: Any) -> Network:
    module = getattr(keras.applications, module_name)
    path = None if weights in (None, "imagenet") else as_path(weights)
    if path is not None and not path.is_file():
        raise FileNotFoundError(f"There is no weights file {path}.")
    shape = None if top else BUILT_FOR.get(module_name, (None, None, 3))
    try:
        model = getattr(keras.applications, builder)(
            include_top=top,
            weights="imagenet" if weights == "imagenet" else None,
            input_shape=shape,
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
                f"{path} does not hold weights for {builder} {'with' if top else 'without'} its "
                f"classifier; it may be cut short. Keras says: {error}"
            ) from error
    return Network(
        model,
        _spelt(module_name, builder),
        lambda x: module.preprocess_input(x * 255),
        SMALLEST.get(module_name, 32),
        imagenet_classes() if top else [],
        takes=f"Takes pixels from 0 to 255: keras.applications.{module_name}.",
        multiple=MULTIPLE.get(module_name, 1),
    )


def _keras_cache() -> Path:
    return Path(os.environ.get("KERAS_HOME", "~/.keras")) / "models"
