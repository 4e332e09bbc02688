"""What the reading site needs to have its networks run in the reader's browser.

A network goes there as a JSON of its layers and its weights as 16-bit floats. Everything is read
from the bundled files through the package, and nothing is rounded: their weights are kept in half
precision already. ``python -m tools.live build/site/_static/live``
"""

import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np

import dreamkit as dk
from dreamkit.networks.graph import maker
from dreamkit.objectives.objective import INPUT
from dreamkit.pretrained import WEIGHTS
from dreamkit.transforms import composed
from dreamkit.vision import canvas, spectrum, waves
from dreamkit.vision.octaves import BROAD
from dreamkit.vision.pixels import MARGIN
from dreamkit.vision.preconditioning import COLOUR_COVARIANCE, square_root
from dreamkit.vision.samples import CLOUDS
from dreamkit.vision.settings import GUIDED, ONLY
from dreamkit.vision.settings import LARGEST as LARGEST_SPECTRUM

from . import links

SOURCE = links.ROOT / "docs" / "live"
PACKAGES = SOURCE / "node_modules" / "@tensorflow"  # ``npm ci`` brings them, see the Makefile
SCRIPTS = (
    "tfjs/dist/tf.es2017.min.js",
    "tfjs-backend-wasm/dist/tf-backend-wasm.es2017.min.js",
    "tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm",
    "tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm",
)
SAMPLES = {"clouds": "Clouds", "cat": "Cat", "launch": "Launch", "portrait": "Portrait"}
DEEPEST = "block11"  # the last layer that is dreamt at in the browser
LARGEST = 640  # pixels; larger pictures the package dreams in tiles
SHIFTS = 1000  # as many steps as a dream may take
MOVEMENTS = 180  # as many as the page's sliders allow: six octaves of thirty steps
# What a layer of Keras is made with, as far as the answers depend on it.
TOLD = ("scale", "offset", "strides", "activation", "epsilon")


class Panel(NamedTuple):
    """What is shown of something live before it is."""

    action: str
    still: str
    alt: str
    note: str


PANELS = {
    "dream": Panel(
        "Dream here",
        "01.jpg",
        "Clouds dreamt into animals",
        "The network (2 MB) runs in your browser, on a photo of yours if you like: it stays on "
        "your device.",
    ),
    "sentence": Panel(
        "Dream over a sentence",
        "03.png",
        "A map of words; the path of a sentence walks from the middle into the negative words",
        "The network and its 18,000 words (4 MB) run in your browser.",
    ),
    "writer": Panel(
        "Write here",
        "04.png",
        "Probabilities of the next character at four temperatures",
        "The network (2.4 MB) runs in your browser.",
    ),
}
# On which pages of the site they are, below the title.
PLACES = {
    "README": "dream",
    "notebooks/01_deepdream": "dream",
    "notebooks/03_text_deepdream": "sentence",
    "notebooks/04_character_lstm": "writer",
    "docs/live/dream": "dream",
    "docs/live/sentence": "sentence",
    "docs/live/write": "writer",
}


def assemble(folder: Path) -> None:
    """Write all that a live page loads into a folder; FileNotFoundError without TensorFlow.js."""
    if not PACKAGES.is_dir():
        raise FileNotFoundError("TensorFlow.js is not here. `make site` and `make test` bring it.")
    for each in ("tensorflow", "networks"):
        (folder / each).mkdir(parents=True, exist_ok=True)
    for path in (path for kind in ("js", "css", "html") for path in SOURCE.glob(f"*.{kind}")):
        shutil.copy(path, folder)
    for name in SCRIPTS:
        shutil.copy(PACKAGES / name, folder / "tensorflow")
    for panel in PANELS.values():
        shutil.copy(links.ROOT / "gallery" / panel.still, folder)
    for name in SAMPLES:
        shutil.copy(CLOUDS.with_stem(name), folder / "networks")
    shutil.copy(WEIGHTS / "efficientnet_lite0.LICENSE", folder / "networks" / "network.LICENSE")
    export(folder / "networks")


def section(name: str, static: str) -> str:
    """The part of a page in which something is live, until the reader wants it: a still picture.

    ``static`` is where, as the page sees it, the folder of ``assemble`` is.
    """
    panel = PANELS[name]
    return f"""
<link rel="stylesheet" href="{static}/live.css">
<script type="module" src="{static}/page.js"></script>
<section class="live" data-live="{name}" aria-label="{panel.action}">
<img src="{static}/{panel.still}" alt="{panel.alt}">
<div class="live-row"><button type="button" class="live-go" hidden>{panel.action}</button></div>
<p class="live-note">{panel.note}</p>
</section>
"""


def export(folder: Path) -> None:
    """Write the networks' files into a folder."""
    write(folder / "network", *network())
    write(folder / "classifier", *classifier())
    write(folder / "writer", *writer())


def network() -> tuple[dict[str, Any], list[np.ndarray]]:
    """EfficientNet-Lite0 up to the last of its dreaming junctions, and the shifts of seed 0."""
    net = dk.load_network()
    facts, arrays = graph(net.part([DEEPEST]))
    deep = net.layers.index(DEEPEST) + 1
    usual = settings(net)
    rng, jitter = np.random.default_rng(usual["seed"]), usual["jitter"]
    facts |= {
        "name": net.name,
        "smallest": net.smallest,
        "margin": MARGIN,
        "settings": usual,
        "only": ONLY,
        "samples": SAMPLES,
        "sees": {name: net.sees[name] for name in net.layers[:deep]},
        "colours": square_root(COLOUR_COVARIANCE).tolist(),
        "shifts": [
            rng.integers(-jitter, jitter + 1, 2, dtype="int32").tolist() for _ in range(SHIFTS)
        ],
        "spectrum": waves_of(usual["seed"]),
    }
    return facts, arrays


def waves_of(seed: int) -> dict[str, Any]:
    """What a spectrum that climbs is made with, and the movements that its steps look through.

    They are drawn for a picture of one pixel: turned and enlarged about its middle, which is 0, and
    shifted by a share of its side, which is 1; so that they are right for any size.
    """
    rng, move = np.random.default_rng(seed), composed(waves.MOVES)[1]

    def step() -> dict[str, Any]:
        ((movement,),) = move(rng, 1)
        return {
            "movement": movement[:2].tolist(),
            "cut": rng.integers(0, waves.SHEET + 1, 2).tolist(),
        }

    return {
        "step": waves.STEP,
        "sheet": waves.SHEET,
        "largest": LARGEST_SPECTRUM,
        "ends": canvas.ENDS,
        "contrast": spectrum.CONTRAST,
        "equalised": spectrum.EQUALISED,
        "broad": BROAD,
        "colours": spectrum.natural_colours().tolist(),
        "moves": [step() for _ in range(MOVEMENTS)],
    }


def settings(net: dk.Network) -> dict[str, Any]:
    """What is usual in a dream: what ``deepdream`` takes as it is, and what it chooses itself."""
    given = dk.deepdream.__kwdefaults__ or {}
    usual = {name: value for name, value in given.items() if value is not None}
    return usual | GUIDED | {"step_size": net.step_size, "tile": LARGEST}


def classifier() -> tuple[dict[str, Any], list[np.ndarray]]:
    """The sentence classifier above the sentence vector, and its words with their vectors."""
    clf = dk.load_classifier("imdb")
    average = clf.model.get_layer("average").output
    facts, arrays = graph(keras.Model(average, clf.model.output))
    return facts | {"name": clf.name, "words": clf.vocabulary.words}, [*arrays, clf.vectors]


def writer() -> tuple[dict[str, Any], list[np.ndarray]]:
    """The philosopher: its alphabet, embedding, LSTM and logits."""
    author = dk.load_writer("nietzsche")
    return {"name": author.name, "alphabet": author.alphabet.characters}, author.model.get_weights()


def graph(model: keras.Model) -> tuple[dict[str, Any], list[np.ndarray]]:
    """The layers of a model, each with what it comes from, and their weights."""
    source, *rest = model.layers
    layers, arrays, stands_for = [], list[np.ndarray](), {source.name: INPUT}
    for layer in rest:
        before = (maker(tensor).name for tensor in keras.tree.flatten(layer.input))
        given = [stands_for.get(name, INPUT) for name in before]  # or left out of this part
        if isinstance(layer, keras.layers.Dropout):  # only while a network learns
            (stands_for[layer.name],) = given
            continue
        stands_for[layer.name] = layer.name
        config, weights = layer.get_config(), layer.get_weights()
        layers.append(
            {"name": layer.name, "kind": type(layer).__name__, "from": given}
            | {name: config[name] for name in TOLD if name in config}
            | {"weights": list(range(len(arrays), len(arrays) + len(weights)))}
        )
        arrays += weights
    return {"layers": layers}, arrays


def write(path: Path, facts: dict[str, Any], arrays: Sequence[np.ndarray]) -> None:
    """Write ``path.json`` and ``path.bin``; ValueError for weights that 16 bits can't hold."""
    halves = [np.asarray(array, "<f2") for array in arrays]
    if not all(map(np.array_equal, arrays, halves)):
        raise ValueError(f"The weights of {path.name} are not in half precision: round them first.")
    facts = facts | {"shapes": [array.shape for array in arrays]}
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    path.with_suffix(".json").write_text(text, encoding="utf-8")
    path.with_suffix(".bin").write_bytes(b"".join(array.tobytes() for array in halves))


if __name__ == "__main__":
    assemble(Path(sys.argv[1]))
