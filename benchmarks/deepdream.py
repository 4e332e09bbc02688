"""Measure ``dk.deepdream`` against two other ways of writing the loop.

``python -m benchmarks.deepdream`` prints Markdown tables, all from one run on one machine, and
keeps the numbers. The others are re-stated here from how they work: the eager gradient-tape loop
of the Keras example "Deep Dream", and the compiled whole loop of the TensorFlow tutorial
"DeepDream". Repeats take turns, so that a slow minute slows all of them.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

import dreamkit as dk
from tools.measure import footer, in_turns, keep, peak, seconds_of, spread

ROUNDS = 3
PLAIN = {"smoothing": 0.0, "natural_colour": 0.0}
OCTAVES, SCALE, STEPS = 4, 1.4, 10

Model = Callable[[Any], list[Any]]  # from a picture to activations
Run = Callable[[Any, int, float], Any]  # (picture, steps, size of a step) to a picture
Dream = Callable[[np.ndarray, int, int], object]  # (photo, octaves, steps)


def extractor(network: dk.Network, layers: list[str]) -> Model:
    """A Keras model from pixels in [-1, 1] to a list of activations, as both others use."""
    import keras

    outputs = [network.model.get_layer(name).output for name in layers]
    model = keras.Model(network.model.input, outputs)
    return lambda x: keras.tree.flatten(model(x))


def eager_step(model: Model) -> Run:
    """One step as in the Keras example: a tape in plain Python, borders left out of the loss."""
    import tensorflow as tf

    def step(x: Any, size: float) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            loss = 0.0
            for a in model(x):
                scaling = tf.cast(tf.reduce_prod(tf.shape(a)), "float32")
                loss += tf.reduce_sum(tf.square(a[:, 2:-2, 2:-2, :])) / scaling
        gradient = tape.gradient(loss, x)
        gradient /= tf.maximum(tf.reduce_mean(tf.abs(gradient)), 1e-6)
        return x + size * gradient

    def run(x: Any, steps: int, size: float) -> Any:
        for _ in range(steps):
            x = step(x, size)
        return x

    return run


def compiled_loop(model: Model) -> Run:
    """The whole loop compiled, as in the TensorFlow tutorial."""
    import tensorflow as tf

    @tf.function(
        input_signature=(
            tf.TensorSpec([1, None, None, 3], tf.float32),
            tf.TensorSpec([], tf.int32),
            tf.TensorSpec([], tf.float32),
        )
    )
    def run(x: Any, steps: Any, size: Any) -> Any:
        for _ in tf.range(steps):
            with tf.GradientTape() as tape:
                tape.watch(x)
                loss = tf.add_n([tf.reduce_mean(a) for a in model(x)])
            gradient = tape.gradient(loss, x)
            gradient /= tf.math.reduce_std(gradient) + 1e-8
            x = tf.clip_by_value(x + gradient * size, -1, 1)
        return x

    return run


def in_octaves(run: Run, photo: np.ndarray, octaves: int, steps: int) -> np.ndarray:
    """A whole dream of one of the others, with the lost detail put back."""
    import tensorflow as tf

    from dreamkit.images import resize
    from dreamkit.vision.octaves import octave_sizes

    change = np.zeros_like(photo)
    for height, width in octave_sizes(photo.shape[:2], octaves, SCALE):
        start = resize(photo, height, width)
        x = np.clip(start + resize(change, height, width), 0, 1)[None]
        x = run(tf.constant(x * 2 - 1), steps, 0.02)
        change = (x.numpy()[0] + 1) / 2 - start
    return change


def contenders(network: dk.Network, layers: list[str]) -> dict[str, Dream]:
    """Functions ``(photo, octaves, steps)`` that dream, by name."""
    model = extractor(network, layers)
    others = {"(a) eager loop": eager_step(model), "(b) compiled loop": compiled_loop(model)}

    def ours(**settings: Any) -> Dream:
        return lambda photo, octaves, steps: dk.deepdream(
            photo, network, layers, octaves=octaves, steps=steps, **settings
        )

    found = {
        name: lambda photo, octaves, steps, run=run: in_octaves(run, photo, octaves, steps)
        for name, run in others.items()
    }
    return {**found, "dk.deepdream, plain gradient": ours(**PLAIN), "dk.deepdream": ours()}


def timed(
    functions: Mapping[str, Dream], photo: np.ndarray, octaves: int, steps: int
) -> dict[str, list[float]]:
    """Seconds of every round for every contender, taken in turns."""
    calls = {name: partial(function, photo, octaves, steps) for name, function in functions.items()}
    return in_turns(calls, ROUNDS)


def compare(
    network: dk.Network, layers: list[str], photo: np.ndarray, octaves: int
) -> dict[str, Any]:
    """Seconds of one step and of a whole dream for every contender on one network."""
    functions = contenders(network, layers)
    short, long = timed(functions, photo, 1, 4), timed(functions, photo, 1, 12)
    step = {  # by difference, so that what is done once a dream does not count
        name: [(b - a) / 8 for a, b in zip(short[name], long[name], strict=True)] for name in short
    }
    forward = {"forward": lambda photo, *_: network.activations(photo, layers)}
    return {
        "step": step,
        "whole": timed(functions, photo, octaves, STEPS),
        "forward": timed(forward, photo, 1, 1)["forward"],
    }


CASES = {
    "InceptionV3 500×500, (a) eager loop": ("inception", "(a) eager loop"),
    "InceptionV3 500×500, (b) compiled loop": ("inception", "(b) compiled loop"),
    "InceptionV3 500×500, dk.deepdream": ("inception", "dk.deepdream"),
    "EfficientNet-Lite0 640×427, dk.deepdream": ("lite0", "dk.deepdream"),
    "EfficientNet-Lite0 3000×2000 in tiles, dk.deepdream": ("large", "dk.deepdream"),
}


def case(kind: str, name: str) -> None:
    """One case of the memory table, in a process of its own: prints its peak in MB."""
    from dreamkit.images import resize

    clouds = dk.sample_image("clouds")
    if kind == "inception":
        network, layers, photo = inception(), ["mixed3", "mixed5"], square(clouds)
    else:
        network, layers, photo = dk.load_network(), ["block10"], clouds
    if kind == "large":
        photo = resize(clouds, 2000, 3000).clip(0, 1)
    contenders(network, layers)[name](photo, 2, 2)
    print(peak())


def inception() -> dk.Network:
    """InceptionV3 with random but seeded weights: speed does not depend on them."""
    import keras

    keras.utils.set_random_seed(0)
    return dk.load_network("inception_v3", weights=None)


def square(photo: np.ndarray) -> np.ndarray:
    """The middle of a photo, 500 by 500."""
    from dreamkit.images import resize

    return resize(photo[:, 106:533], 500, 500).clip(0, 1)


def fresh(code: str) -> str:
    """What code prints that runs in a new process."""
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    return subprocess.run(
        [sys.executable, "-c", code], env=quiet, capture_output=True, text=True, check=True
    ).stdout


IMPORT = "import time; t = time.perf_counter(); import dreamkit; print(time.perf_counter() - t)"
FIRST = (
    "import dreamkit as dk; "
    "dk.deepdream(dk.sample_image('clouds', max_side=320), dk.load_network())"
)


def measure() -> dict[str, Any]:
    """Everything, in seconds and MB."""
    clouds = dk.sample_image("clouds")
    small = dk.sample_image("clouds", max_side=320)
    networks = {"EfficientNet-Lite0": ("block10", dk.load_network())}
    networks["DreamNet"] = ("mixed4", dk.load_network("dreamnet"))
    previews = {
        title: contenders(network, [layer])["dk.deepdream"]
        for title, (layer, network) in networks.items()
    }
    layer, lite = networks["EfficientNet-Lite0"]
    return {
        "pictures": {
            "InceptionV3, mixed3 + mixed5, 500 × 500, 4 octaves of 10 steps": compare(
                inception(), ["mixed3", "mixed5"], square(clouds), OCTAVES
            ),
            f"EfficientNet-Lite0, {layer}, 640 × 427, 5 octaves of 10 steps": compare(
                lite, [layer], clouds, 5
            ),
        },
        "preview": timed(previews, small, 3, 6),
        "import": [float(fresh(IMPORT)) for _ in range(10)],
        "first dream": [seconds_of(partial(fresh, FIRST)) for _ in range(ROUNDS)],
        "memory": {
            title: float(fresh(f"from benchmarks.deepdream import case; case({kind!r}, {name!r})"))
            for title, (kind, name) in CASES.items()
        },
    }


def table(results: dict[str, Any]) -> str:
    """Markdown."""
    lines = []
    for title, seconds in results["pictures"].items():
        base = {name: statistics.median(ts) for name, ts in seconds["step"].items()}
        eager, compiled = base["(a) eager loop"], base["(b) compiled loop"]
        lines += [
            f"**{title}** (median of {ROUNDS} rounds; in brackets the smallest and largest)",
            "",
            "| | one step, ms | (a) / this | (b) / this | whole dream, s |",
            "|---|---|---|---|---|",
        ]
        for name in base:
            lines.append(
                f"| {name} | {spread(seconds['step'][name], 'ms')} | {eager / base[name]:.2f} | "
                f"{compiled / base[name]:.2f} | {spread(seconds['whole'][name])} |"
            )
        forward = spread(seconds["forward"], "ms")
        lines += ["", f"The network's answers alone, forward: {forward} ms.", ""]
    previews = [
        f"| a slider's preview with {title}: 320 px, 3 octaves of 6 steps | {spread(each)} |"
        for title, each in results["preview"].items()
    ]
    lines += [
        "| in the beginning | s |",
        "|---|---|",
        f"| `import dreamkit` | {spread(results['import'])} |",
        f"| a new process, until its first dream is done | {spread(results['first dream'])} |",
        *previews,
        "",
        "| peak memory of a process | MB |",
        "|---|---|",
        *(f"| {title} | {megabytes:.0f} |" for title, megabytes in results["memory"].items()),
        "",
        footer(results),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(keep("deepdream", measure())))
