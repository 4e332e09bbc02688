"""How the cost grows with the work: pixels, octaves, layers, characters, sentences.

``python -m benchmarks.growth`` doubles each again and again, prints a table, keeps the numbers and
draws both axes as doublings, which makes them logarithmic: a line of slope 1 is twice the time for
twice the work.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

import dreamkit as dk
from benchmarks.deepdream import inception
from tools.measure import RESULTS, footer, in_turns, keep, spread

ROUNDS = 5
PICTURE = RESULTS / "growth.png"

Seconds = Mapping[Any, Sequence[float]]  # of every round, by amount


def doubled(low: int, high: int) -> list[int]:
    """``low``, twice that, and so on up to ``high``."""
    return [low * 2**n for n in range((high // low).bit_length())]


def cases() -> dict[str, tuple[list[int], Callable[[int], None]]]:
    """For every kind of work: the amounts, and a function that does one of them."""
    from dreamkit.lessons.lesson03_sentences import PRAISE

    photo = np.random.default_rng(0).uniform(size=(512, 512, 3)).astype("float32")
    net, big = dk.load_network("dreamnet"), inception()
    classifier, writer = dk.load_classifier("imdb"), dk.load_writer("nietzsche")

    def pixels(count: int) -> None:
        width = 2 ** (count.bit_length() // 2)
        dk.deepdream(photo[: count // width, :width], net, "mixed4", octaves=1, steps=4)

    def octaves(count: int) -> None:
        dk.deepdream(photo, net, "mixed4", octaves=count, steps=4)

    def layers(
        count: int,
    ) -> None:  # the deepest are there from the beginning: only the number grows
        dk.deepdream(photo[:256, :256], big, big.layers[-count:], octaves=1, steps=4)

    def characters(count: int) -> None:
        writer.generate("the will to ", count, 0.5, seed=0)

    def sentences(count: int) -> None:
        dk.dream_sentence([PRAISE[i % 15] for i in range(count)], classifier)

    return {
        "pixels": (doubled(2**14, 2**18), pixels),
        "octaves": (doubled(1, 8), octaves),
        "layers": (doubled(1, 8), layers),
        "characters": (doubled(256, 8192), characters),
        "sentences": (doubled(64, 4096), sentences),
    }


def measure() -> dict[str, Any]:
    """Seconds of every round, for every amount of every kind of work."""
    growth = {}
    for kind, (amounts, function) in cases().items():
        growth[kind] = in_turns({n: partial(function, n) for n in amounts}, ROUNDS)
    return {"growth": growth}


def doublings(seconds: Seconds) -> np.ndarray:
    """Doublings of the median time since the smallest amount, for each amount."""
    medians = np.array([statistics.median(ts) for ts in seconds.values()])
    return np.log2(medians / medians[0])


def slope(seconds: Seconds) -> float:
    """Doublings of the time for one doubling of the work, a straight line through all amounts."""
    times = doublings(seconds)
    return float(np.polyfit(np.arange(len(times)), times, 1)[0])


def table(results: dict[str, Any]) -> str:
    """Markdown."""
    lines = [
        "| the work | from, s | to, s | slope | the last doubling |\n|---|---|---|---|---|",
    ]
    for kind, seconds in results["growth"].items():
        (least, first), *_, (most, last) = seconds.items()
        times = doublings(seconds)
        lines.append(
            f"| {int(least):,} to {int(most):,} {kind} | {spread(first)} | {spread(last)} | "
            f"{slope(seconds):.2f} | × {2 ** (times[-1] - times[-2]):.2f} |"
        )
    note = f"Medians of {ROUNDS} rounds (smallest–largest). Slope 1: time grows in proportion."
    return "\n".join([*lines, "", note, "", footer(results)])


def alt(results: dict[str, Any]) -> str:
    """What the picture shows, in words."""
    slopes = ", ".join(f"{kind} {slope(ts):.2f}" for kind, ts in results["growth"].items())
    return (
        "Time against work, both in doublings, with a line of slope 1, which is growth in "
        f"proportion. The slopes of the others: {slopes}."
    )


def draw(results: dict[str, Any]) -> dk.plots.Figure:
    """One line for each kind of work, beside one that grows in proportion."""
    lines: dict[str, Any] = {
        f"{kind}, slope {slope(seconds):.2f}": doublings(seconds)
        for kind, seconds in results["growth"].items()
    }
    longest = max(len(line) for line in lines.values())
    return dk.plots.curves(
        lines | {"in proportion, slope 1": np.arange(longest)},
        xlabel="doublings of the work",
        ylabel="doublings of the time",
        alt=alt(results),
    )


if __name__ == "__main__":
    results = keep("growth", measure())
    print(table(results))
    draw(results).save(PICTURE)
