"""Pixels or their spectrum: which of the two dreams better, and at what cost.

``python -m benchmarks.climbs`` dreams over photos with both, the step as large as it takes
until the finished dream has changed a pixel as much on average; then it times both with their
usual step. It wants the package of ``benchmarks.judge`` and the data of ``recipes.data``. It prints
Markdown, keeps the numbers, and puts table and pictures on the page of benchmarks.
"""

from __future__ import annotations

import itertools
import json
import statistics
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from scipy.ndimage import gaussian_filter

import dreamkit as dk
from dreamkit.images import resize
from recipes.data import imagenet_samples
from tools.measure import RESULTS, footer, in_turns, keep, peak, publish

from .deepdream import fresh
from .judge import SIDE, animals, judge

CLIMBS = "pixels", "spectrum"
WAYS: dict[str, dict[str, Any]] = {
    **{climb: {"climb": climb} for climb in CLIMBS},
    "spectrum, noise 0.06": {"climb": "spectrum", "noise": 0.06},  # half of what is usual
}
LAYER = "block11"
CHANGE = 0.07  # mean change of a value, of full white; between what the two do by default
CLOSE = 0.02  # how far a dream's may be from that, as a share
SAMPLES = "temple", "flower", "clouds", "portrait", "cat", "launch"
OTHERS = {
    "alp": "n09193705",
    "castle": "n02980441",
    "volcano": "n09472597",
    "balloon": "n02782093",
    "groom": "n10148035",
    "streetcar": "n04335435",
}
FURTHER = range(405, 1000, 50)  # classes; the noise was chosen without their photos
PICTURE = RESULTS / "climbs.jpg"
ROUNDS = 3
FINE = 2.0  # pixels; what a blur of that takes away is fine
AROUND = 8.0  # pixels; over about as many a photo is smooth or not
FRAME = 8  # pixels
BURNT = 0.004  # as near as this a value is black or white
# What is measured, by name: its title, how it is spelt, and the number that would be best.
MEASURES: dict[str, tuple[str, str, float]] = {
    "roughness": ("roughness where the photo is smooth, % of white", ".2f", 0),
    "burnt": ("values that became black or white, %", ".2f", 0),
    "frame": ("change along the edge, of that elsewhere", ".2f", 1),
    "score": (f"score of {LAYER}", ".2f", np.inf),
    "share": ("windows in which another network sees an animal, %", ".0f", np.inf),
    "kinds": ("different animals that it names", ".1f", np.inf),
}


def photos() -> dict[str, np.ndarray]:
    """The six samples, and of ImageNet, with 256 pixels a side, six and twelve further ones."""
    pictures, wnids, names = imagenet_samples()
    others = {name: pictures[wnids.index(wnid)] for name, wnid in OTHERS.items()}
    others |= {names[place]: pictures[place] for place in FURTHER}
    return {name: dk.sample_image(name) for name in SAMPLES} | {
        name: picture.astype("float32") / 255 for name, picture in others.items()
    }


def equalised(photo: np.ndarray, network: dk.Network, way: str) -> tuple[np.ndarray, list[Any]]:
    """The finished dream that has changed the photo by ``CHANGE``, and the tries at it.

    A try is (step size, mean change); the first has the usual step size.
    """
    tries: list[Any] = []
    size = None
    for _ in range(12):
        dream = dk.deepdream(photo, network, LAYER, step_size=size, **WAYS[way])
        change = float(np.abs(dream.image - photo).mean())
        tries.append((dream.settings["step_size"], change))
        if abs(change / CHANGE - 1) <= CLOSE:
            return dream.image, tries
        size = tries[-1][0] * CHANGE / change
    raise RuntimeError(f"No step size of {way} changes the photo by {CHANGE}: {tries}")


def blurred(plane: np.ndarray, sigma: float) -> np.ndarray:
    """A plane (height, width) under a Gaussian, mirrored beyond its edges."""
    return np.asarray(gaussian_filter(plane, sigma, mode="reflect", truncate=3))


def fine(picture: np.ndarray) -> np.ndarray:
    """What is fine in the light of a picture: (height, width)."""
    light = picture.mean(-1, dtype="float64")
    return light - blurred(light, FINE)


def smooth(photo: np.ndarray) -> np.ndarray:
    """Where a photo has least that is fine: a quarter of its places."""
    there = blurred(fine(photo) ** 2, AROUND)
    return np.asarray(there <= np.quantile(there, 0.25))


def roughness(picture: np.ndarray, where: np.ndarray) -> float:
    """Standard deviation of what is fine there, in % of full white."""
    return float(100 * np.sqrt((fine(picture)[where] ** 2).mean()))


def burnt(picture: np.ndarray) -> np.ndarray:
    """Where a value is black or white."""
    return np.asarray((picture <= BURNT) | (picture >= 1 - BURNT))


def frame(photo: np.ndarray, dream: np.ndarray) -> float:
    """Mean change near the edge, of that in the rest."""
    change = np.abs(dream - photo).mean(-1)
    inside = np.zeros(change.shape, bool)
    inside[FRAME:-FRAME, FRAME:-FRAME] = True
    return float(change[~inside].mean() / change[inside].mean())


def measured(
    photo: np.ndarray, picture: np.ndarray, network: dk.Network, other: Any
) -> dict[str, Any]:
    """What there is to say of a picture made of a photo, or of the photo itself."""
    seen = animals(other, picture)
    found = {
        "roughness": roughness(picture, smooth(photo)),
        "score": float(np.square(network.activations(picture, [LAYER])[LAYER]).mean()),
        "share": 100 * seen.share,
        "kinds": len(seen.kinds),
    }
    if picture is not photo:
        before, after = burnt(photo), burnt(picture)
        found |= {
            "burnt": 100 * float((after & ~before).mean()),
            "burnt, less the photo's": 100 * float(after.mean() - before.mean()),
            "frame": frame(photo, picture),
        }
    return found


def looks() -> tuple[dict[str, Any], dk.plots.Figure]:
    """Every photo and its dreams, measured; and those of the samples to look at."""
    network, other = dk.load_network(), judge()
    found, shown = {}, {}
    for name, photo in photos().items():
        found[name] = {"photo": measured(photo, photo, network, other)}
        shown[name] = photo
        for way in WAYS:
            dream, tries = equalised(photo, network, way)
            found[name][way] = measured(photo, dream, network, other) | {"tries": tries}
            shown[f"{name}, {way}"] = dream
        print(name, json.dumps(found[name]), flush=True)
    seen = {t: dk.shrink(p, 256) for t, p in shown.items() if t.partition(",")[0] in SAMPLES}
    alt = f"Six photos, each beside its dreams, equally much changed: {'; '.join(WAYS)}."
    return found, dk.plots.pictures(seen, columns=1 + len(WAYS), alt=alt)


def step_seconds(photo: np.ndarray, network: dk.Network, climb: str) -> float:
    """Median seconds of 20 steps at the photo's size."""
    ends = []
    for _ in dk.dreaming(photo, network, LAYER, climb=climb, octaves=1, steps=23):
        ends.append(time.perf_counter())
    return statistics.median(b - a for a, b in itertools.pairwise(ends[2:23]))


BEGINNING = """
import json, time
started = time.perf_counter()
marks = lambda: time.perf_counter() - started
import dreamkit as dk
import dreamkit.backend
imported = marks()
network = dk.load_network()
loaded = marks()
dk.deepdream(dk.sample_image("clouds"), network, {layer!r}, climb={climb!r})
print(json.dumps([imported, loaded, marks()]))
"""
MEMORY = "from benchmarks.climbs import memory; memory({climb!r}, {large!r})"


def memory(climb: str, large: bool) -> None:
    """In a process of its own: prints the peak in MB, and the seconds, of one dream."""
    photo = dk.sample_image("clouds")
    if large:
        photo = resize(photo, 2000, 3000).clip(0, 1)
    started = time.perf_counter()
    dk.deepdream(photo, dk.load_network(), LAYER, climb=climb)
    print(json.dumps([peak(), time.perf_counter() - started]))


def costs() -> dict[str, Any]:
    """Seconds and MB of both, by default."""
    network, clouds = dk.load_network(), dk.sample_image("clouds")
    square = resize(clouds[:, 106:533], 448, 448).clip(0, 1)
    small = dk.shrink(clouds, 320)

    def dream(photo: np.ndarray, climb: str, **how: Any) -> partial[Any]:
        return partial(dk.deepdream, photo, network, LAYER, climb=climb, **how)

    whole = {climb: dream(clouds, climb) for climb in CLIMBS}
    preview = {climb: dream(small, climb, octaves=3, steps=6) for climb in CLIMBS}
    rounds = range(ROUNDS)
    steps = [{climb: step_seconds(square, network, climb) for climb in CLIMBS} for _ in rounds]
    begun: dict[str, list[Any]] = {climb: [] for climb in CLIMBS}
    for climb in CLIMBS * ROUNDS:
        begun[climb].append(json.loads(fresh(BEGINNING.format(layer=LAYER, climb=climb))))
    return {
        "whole": in_turns(whole, ROUNDS),
        "preview": in_turns(preview, ROUNDS),
        "step": {climb: [each[climb] for each in steps] for climb in CLIMBS},
        "beginning": begun,
        **{
            size: {
                climb: json.loads(fresh(MEMORY.format(climb=climb, large=size == "large")))
                for climb in CLIMBS
            }
            for size in ("small", "large")
        },
    }


def better(found: dict[str, Any], measure: str, way: str) -> tuple[int, int]:
    """For how many photos a way is better than pixels, and for how many worse."""
    best = MEASURES[measure][2]

    def distance(looks: dict[str, Any]) -> float:
        return -looks[measure] if best == np.inf else abs(looks[measure] - best)

    pairs = [(distance(each["pixels"]), distance(each[way])) for each in found.values()]
    return sum(b < a for a, b in pairs), sum(a < b for a, b in pairs)


def look_rows(found: dict[str, Any]) -> Iterator[str]:
    """Markdown of what was measured of the pictures: means over the photos."""
    ways = " | ".join(f"{way} | better : worse" for way in list(WAYS)[1:])
    yield f"| mean of twelve photos | photo | pixels | {ways} |"
    yield "|---|---|---|---|---|---|---|"
    twelve = [*SAMPLES, *OTHERS]
    further = [name for name in found if name not in twelve]
    rows: list[Any] = [(measure, "", twelve) for measure in MEASURES]
    rows += [("share", ", the six samples", SAMPLES), ("share", ", the six of ImageNet", OTHERS)]
    rows += [(measure, ", twelve further ones", further) for measure in ("roughness", "share")]
    for measure, of, names in rows:
        title, spelt, _ = MEASURES[measure]
        some = {name: found[name] for name in names}
        cells = [title + of]
        for which in ("photo", *WAYS):
            values = [each[which][measure] for each in some.values() if measure in each[which]]
            cells.append(format(statistics.mean(values), spelt) if values else "")
            if which not in ("photo", "pixels"):
                cells.append("{} : {}".format(*better(some, measure, which)))
        yield f"| {' | '.join(cells)} |"


def cost_rows(found: dict[str, Any]) -> Iterator[str]:
    """Markdown of what it takes: the quickest of the rounds."""
    yield "| by default | pixels | spectrum |"
    yield "|---|---|---|"

    def row(title: str, numbers: Any, spelt: str) -> str:
        return f"| {title} | {' | '.join(format(number, spelt) for number in numbers)} |"

    def quickest(what: str) -> list[float]:
        return [min(found[what][climb]) for climb in CLIMBS]

    yield row("a step at 448 × 448, ms", [1000 * t for t in quickest("step")], ".0f")
    yield row("a whole dream, 640 × 427, s", quickest("whole"), ".2f")
    yield row("a slider's preview: 320 px, 3 octaves of 6 steps, s", quickest("preview"), ".2f")
    begun = [min(found["beginning"][climb], key=lambda marks: marks[-1]) for climb in CLIMBS]
    yield row("a new process, until all is imported, s", [marks[0] for marks in begun], ".1f")
    yield row("and until its first dream, 640 × 427, is done, s", [b[-1] for b in begun], ".1f")
    yield row("peak memory, 640 × 427, MB", [found["small"][climb][0] for climb in CLIMBS], ".0f")
    large = [found["large"][climb] for climb in CLIMBS]
    yield row("peak memory, 3000 × 2000, MB", [held for held, _ in large], ".0f")
    yield row("a first dream, 3000 × 2000, s", [seconds for _, seconds in large], ".1f")


def table(results: dict[str, Any]) -> str:
    """Markdown."""
    found = results["looks"]
    twelve = [found[name] for name in (*SAMPLES, *OTHERS)]
    usual = {c: [each[c]["tries"][0][1] for each in twelve] for c in CLIMBS}
    told = ", ".join(f"{c} {statistics.mean(each):.3f}" for c, each in usual.items())
    note = (
        f"EfficientNet-Lite0, {LAYER}. Above, the step is as large as it takes until the finished "
        f"dream has changed a value by {CHANGE} of white on average (by default {told}), within "
        f"{CLOSE:.0%}; better and worse, in photos, is than pixels. The other network is "
        f"EfficientNet-Lite1, its windows have {SIDE} × {SIDE} pixels. Below, the quickest of "
        f"{ROUNDS} rounds in turns; of memory, one."
    )
    lines = [*look_rows(found), "", *cost_rows(results["costs"]), "", note, "", footer(results)]
    return "\n".join(lines)


if __name__ == "__main__":
    found, figure = looks()
    figure.save(PICTURE)
    results = keep("climbs", {"looks": found, "costs": costs()})
    print(table(results))
    publish("climbs", table(results))
