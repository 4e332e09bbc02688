"""Grow a picture that excites one channel, with one of three tools, in a process of its own.

``benchmarks.features`` runs this file, with the Python that has the tool, and gives it a job as
JSON; it answers with one line of JSON. With ``"trace": true`` that is the channel's activation on
the picture after every step; otherwise the seconds of a first and of a second call.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

Pictures = list[np.ndarray]
Run = Callable[[], Pictures]

LAYER, CHANNEL, SIDE = "mixed4", 7, 224


def start(seed: int) -> np.ndarray:
    """Uniform noise in [0, 1]. Two of the three begin there; xplique draws noise of its own."""
    return np.random.default_rng(seed).uniform(size=(SIDE, SIDE, 3)).astype("float32")


def activations(path: str | Path, pictures: Sequence[np.ndarray]) -> list[float]:
    """The one yardstick: mean activation of the channel for each picture in [0, 1]."""
    model = keras.models.load_model(path)
    part = keras.Model(model.input, model.get_layer(LAYER).output)
    answers = part.predict(np.stack(pictures) * 255, batch_size=8, verbose=0)
    return answers[..., CHANNEL].mean(axis=(1, 2), dtype="float64").tolist()


def with_dreamkit(
    path: str, steps: int, trace: bool, *, step_size: float = 0.007, plain: bool = False
) -> Run:
    """``dk.deepdream`` at one octave: there is nothing in noise to enlarge."""
    import dreamkit as dk

    network = dk.load_network(path)
    channel = dk.objectives.channel(LAYER, CHANNEL)
    noise = start(0)
    how: dict[str, Any] = {"keep_light": 0.0}  # noise has no light of its own to keep
    if plain:
        how |= {"jitter": 0, "smoothing": 0.0, "natural_colour": 0.0}

    def run() -> Pictures:
        # the same seed takes the same way, so a shorter dream is the beginning of a longer one
        lengths = range(1, steps + 1) if trace else [steps]
        return [
            dk.deepdream(
                noise, network, channel, octaves=1, steps=n, step_size=step_size, **how
            ).image
            for n in lengths
        ]

    return run


def with_tf_keras_vis(
    path: str, steps: int, trace: bool, *, learning_rate: float = 1.0, plain: bool = False
) -> Run:
    """``ActivationMaximization`` as its guide to convolutional filters has it.

    Plain is without penalties and modifiers. The score is then multiplied: as it is, the gradient
    by a pixel in 0–255 is smaller than the optimiser's epsilon, and the picture hardly moves.
    """
    from tf_keras_vis.activation_maximization import ActivationMaximization
    from tf_keras_vis.activation_maximization.callbacks import Callback
    from tf_keras_vis.activation_maximization.input_modifiers import Jitter, Rotate2D
    from tf_keras_vis.utils.model_modifiers import ExtractIntermediateLayer
    from tf_keras_vis.utils.scores import CategoricalScore

    model = keras.models.load_model(path)
    extract = ExtractIntermediateLayer(LAYER)
    ascent = ActivationMaximization(model, model_modifier=[extract], clone=False)
    score = CategoricalScore(CHANNEL)
    documented = {"input_modifiers": [Jitter(jitter=16), Rotate2D(degree=1)]}
    undressed: dict[str, Any] = {"input_modifiers": [], "regularizers": []}
    pictures: Pictures = []

    class Watch(Callback):
        def __call__(self, step: int, values: Any, *_: Any, **__: Any) -> None:
            pictures.append(values[0].numpy()[0] / 255)

    def run() -> Pictures:
        keras.utils.set_random_seed(0)
        picture = ascent(
            (lambda output: 1e6 * score(output)) if plain else score,
            seed_input=start(0) * 255,
            steps=steps,
            optimizer=keras.optimizers.RMSprop(learning_rate, 0.999),
            callbacks=[Watch()] if trace else None,
            **(undressed if plain else documented),
        )
        return pictures if trace else [picture.numpy()[0] / 255]

    return run


def with_xplique(
    path: str, steps: int, trace: bool, *, learning_rate: float = 0.05, plain: bool = False
) -> Run:
    """``optimize`` with its defaults; plain is without transformations."""
    from xplique.features_visualizations import Objective, optimize

    model = keras.models.load_model(path)

    def run() -> Pictures:
        keras.utils.set_random_seed(0)
        pictures, _ = optimize(
            Objective.channel(model, LAYER, CHANNEL),
            optimizer=keras.optimizers.Adam(learning_rate),
            nb_steps=steps,
            values_range=(0, 255),
            custom_shape=(SIDE, SIDE),
            transformations=None if plain else "standard",
            save_every=1 if trace else None,
        )
        return [picture.numpy()[0] / 255 for picture in pictures]

    return run


TOOLS: dict[str, Callable[..., Run]] = {
    "dreamkit": with_dreamkit,
    "tf-keras-vis": with_tf_keras_vis,
    "xplique": with_xplique,
}


def work(job: dict[str, Any]) -> dict[str, Any]:
    """Do one job: ``{"tool", "network", "steps", "trace", "settings"}``."""
    tool = TOOLS[job["tool"]]
    run = tool(job["network"], job["steps"], job["trace"], **job["settings"])
    if job["trace"]:
        return {"activations": activations(job["network"], run())}
    seconds = []
    for _ in range(2):
        started = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - started)
    return {"first": seconds[0], "later": seconds[1]}


if __name__ == "__main__":
    print(json.dumps(work(json.loads(sys.argv[1]))))
