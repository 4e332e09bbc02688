"""Measure the device that computes, on the framework that runs: ``python -m benchmarks.gpu``.

Steps a second of a picture, and what share that is of the fastest convolution that the device was
seen to do; characters a second of the writer, writing and learning; pictures a second of DreamNet's
training, where its data is at hand. ``KERAS_BACKEND`` chooses the framework, and the numbers are
kept for each. It is meant for a GPU, and on a CPU it takes half an hour.
"""

import statistics
import tempfile
from functools import partial
from typing import Any

import keras
import numpy as np
from keras import layers as kl
from keras import ops

import dreamkit as dk
from benchmarks.deepdream import inception
from benchmarks.writer import PROMPT, some_training
from dreamkit.backend import NAME, Compiled
from tools.measure import footer, in_turns, keep, spread

SIDES = (512, 1024, 2048)
FEW, MANY = 4, 24  # steps: what is done once a dream falls out of the difference
ROUNDS = 5
PRECISIONS = ("float32", "mixed_bfloat16")
PEAKS = ((64, 64, 128), (32, 64, 256), (16, 64, 512), (64, 32, 256))  # pictures, side, channels


def floating_point_operations(network: dk.Network, layers: list[str], side: int) -> int:
    """Of one step: multiplications and additions of all convolutions, forwards and backwards.

    The weights are frozen, so the way back is as long as the way there.
    """
    forwards = sum(
        2 * np.prod(shape) * np.prod(layer.kernel.shape[:-1])
        for layer, shape in network.shapes(layers, side)
        if isinstance(layer, kl.Conv2D)
    )
    return int(2 * forwards)


def summed_convolution(kernel: Any, x: Any) -> Any:
    """A 3 by 3 convolution, and the sum of what comes out."""
    return ops.sum(ops.conv(x, kernel, padding="same"))


def one_number(work: Compiled, x: Any) -> float:
    """What comes back from the device, which has to be waited for."""
    return float(work(x))


def peak_convolution(precision: str) -> float:
    """Operations a second of the fastest of a few 3 by 3 convolutions."""
    dtype = "bfloat16" if precision == "mixed_bfloat16" else "float32"
    best = 0.0
    for pictures, side, channels in PEAKS:
        x = ops.cast(keras.random.uniform((pictures, side, side, channels), seed=0), dtype)
        kernel = ops.cast(keras.random.uniform((3, 3, channels, channels), seed=1), dtype)

        work = Compiled(partial(summed_convolution, kernel))
        (seconds,) = in_turns({"": partial(one_number, work, x)}, ROUNDS).values()
        operations = 2 * pictures * side**2 * 9 * channels**2
        best = max(best, operations / min(seconds))
    return best


def pictures(precision: str) -> dict[str, Any]:
    """Seconds of a step for both networks and every size."""
    found = {}
    networks = {"InceptionV3, mixed7": (inception(), "mixed7")}
    networks["DreamNet, mixed4"] = (dk.load_network("dreamnet"), "mixed4")
    for title, (network, layer) in networks.items():
        network = network.computing_in(precision)
        for side in SIDES:
            photo = np.random.default_rng(0).uniform(size=(side, side, 3)).astype("float32")
            dream = partial(dk.deepdream, photo, network, layer, octaves=1)
            calls = {steps: partial(dream, steps=steps) for steps in (FEW, MANY)}
            seconds = in_turns(calls, ROUNDS)
            found[f"{title}, {side} × {side}"] = {
                "operations": floating_point_operations(network, [layer], side),
                "step": [
                    (many - few) / (MANY - FEW)
                    for few, many in zip(seconds[FEW], seconds[MANY], strict=True)
                ],
            }
    return found


def writer() -> dict[str, list[float]]:
    """Characters a second, writing 64 texts at once and learning."""
    nietzsche = dk.load_writer("nietzsche")
    write = partial(nietzsche.generate, [PROMPT] * 64, 1024, 0.5, seed=0)
    (seconds,) = in_turns({"writing": write}, ROUNDS).values()
    learning = [some_training(nietzsche.alphabet) for _ in range(ROUNDS)]
    return {
        "writing": [64 * 1024 / each for each in seconds],
        "learning": [characters / each for each, characters in learning],
    }


def dreamnet() -> float:
    """Pictures a second of DreamNet's training, adversarial nudge and all."""
    from recipes.dreamnet import Stage, train

    pictures = 6400
    stage = Stage(epochs=2, peak=0.1, noise=0.25, attack=1.5)
    with tempfile.TemporaryDirectory() as folder:
        _, log = train(folder, [stage], limit=pictures)
    return pictures / log[-1]["seconds"]  # the first epoch compiles


def measure() -> dict[str, Any]:
    """Everything."""
    results = {
        "pictures": {precision: pictures(precision) for precision in PRECISIONS},
        "peak": {precision: peak_convolution(precision) for precision in PRECISIONS},
        "writer": writer(),
    }
    try:
        results["dreamnet"] = dreamnet()
    except OSError as error:
        print(f"DreamNet's training not measured: {error}")
    return results


def table(results: dict[str, Any]) -> str:
    """Markdown."""
    lines = [
        f"Device: {results['device']}.",
        "",
        "| picture | precision | one step, ms | steps a second | TFLOP/s | of the peak |",
        "|---|---|---|---|---|---|",
    ]
    for precision, rows in results["pictures"].items():
        peak = results["peak"][precision]
        for title, row in rows.items():
            step = statistics.median(row["step"])
            rate = row["operations"] / step
            lines.append(
                f"| {title} | {precision} | {spread(row['step'], 'ms')} | {1 / step:.1f} | "
                f"{rate / 1e12:.2f} | {rate / peak:.0%} |"
            )
    peaks = ", ".join(f"{rate / 1e12:.2f} in {name}" for name, rate in results["peak"].items())
    lines += [
        "",
        f"Peak: the fastest of {len(PEAKS)} convolutions, {peaks} (TFLOP/s).",
        "",
        "| | a second |",
        "|---|---|",
        *(f"| characters, {what} | {spread(rs)} |" for what, rs in results["writer"].items()),
    ]
    if "dreamnet" in results:
        lines.append(f"| pictures, DreamNet's training | {results['dreamnet']:,.0f} |")
    return "\n".join([*lines, "", footer(results)])


if __name__ == "__main__":
    print(table(keep(f"gpu_{NAME}", measure())))
