"""Every control of the lessons, on one small page, and what the tests move in it.

A new explorer gets a row in ``PANELS``: the cell that shows it, over as little as it needs.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from dreamkit.lessons.quizzes import QUESTIONS

SETUP = """
import dreamkit as dk
from dreamkit.lessons.lesson05_readers import build_reader
from dreamkit.text.tokens import Vocabulary

net = dk.load_network("dreamnet")
photos = {name: dk.sample_image(name, max_side=320) for name in ("temple", "flower")}
words = Vocabulary(("good", "bad", "not", "just", "long", "the", "film", "was"))
readers = {reading: build_reader(reading, words) for reading in ("average", "convolution")}
"""
TRAINING = 'dk.widgets.training_explorer({"the Python manual": dk.load_corpus("python")})'
SURPRISE = 'dk.widgets.surprise_explorer(dk.load_writer("nietzsche"), "the will to power")'
QUIZZES = sorted(json.loads(QUESTIONS.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Panel:
    """A picture that follows its controls.

    Attributes
    ----------
    cell : str
        The code that shows it.
    slider : str
        The name of the slider to move.
    said : callable
        Finds, in the panel's line of code, the value that the slider stands for.
    by : int
        How many pixels to drag it.
    stops : bool
        Whether its pictures take long enough to have a Stop button.
    longer : str
        The slider that makes a picture take long enough to be stopped by hand.
    """

    cell: str
    slider: str
    said: Callable[[str], str]
    by: int = -40
    stops: bool = False
    longer: str = ""


def after(pattern):
    """Finds what follows a piece of code: a number, or a word in quotes."""
    return lambda code: re.search(pattern + r"'?([\w.]+)", code)[1]


def zoom(code):
    """How many times the window (left, top, right, bottom) goes into the whole, in quarters."""
    left, _, right, _ = map(float, re.search(r"\(([\d., ]+)\)", code)[1].split(","))
    return str(round(4 / (right - left)) / 4)


PANELS = {
    "dream_explorer": Panel(
        'dk.widgets.dream_explorer(photos["temple"], net)',
        slider="layer",
        said=after(r"net, \{"),
        stops=True,
        longer="steps",
    ),
    "guide_explorer": Panel(
        "dk.widgets.guide_explorer(photos, photos, net)",
        slider="free–guided",
        said=after("guide_mix="),
        stops=True,
        longer="steps",
    ),
    "growth_explorer": Panel(
        'dk.widgets.growth_explorer(dk.deepdream(photos["temple"], net, octaves=1, keep=1))',
        slider="frame",
        said=after(r"frames\["),
    ),
    "sentence_explorer": Panel(
        'dk.widgets.sentence_explorer(dk.load_classifier("imdb"))',
        slider="step",
        said=after(r"nearest\("),
    ),
    "temperature_explorer": Panel(
        'dk.widgets.temperature_explorer(dk.load_writer("nietzsche"))',
        slider="temperature",
        said=after("temperature="),
        stops=True,
    ),
    "reader_explorer": Panel(
        "dk.widgets.reader_explorer(readers)", slider="words read", said=after("words=")
    ),
    "response_explorer": Panel(
        "dk.widgets.response_explorer(photos, net)", slider="layer", said=after(r"\], \[")
    ),
    "atlas_explorer": Panel(
        'dk.widgets.atlas_explorer(dk.load_atlas("dreamnet"), net)',
        slider="zoom",
        said=zoom,
        by=40,
    ),
    "cell_explorer": Panel(
        'dk.widgets.cell_explorer("To be, or not to be", writer="shakespeare", cell=100)',
        slider="cell",
        said=after(r"\[:, "),
    ),
    "hold_explorer": Panel(
        'dk.widgets.hold_explorer(dk.load_writer("shakespeare"), cell=313)',
        slider="held at",
        said=lambda code: re.search(r"hold=\{\d+: (-?[\d.]+)", code)[1],
    ),
}

CELLS = {
    **{name: panel.cell for name, panel in PANELS.items()},
    "surprise_explorer": SURPRISE,
    "training_explorer": TRAINING,
    **{f"quiz {number}": f'dk.widgets.quiz("{number}")' for number in QUIZZES},
}


def write_page(path: Path) -> Path:
    """The notebook with all of them."""
    cells = [new_code_cell(source) for source in (SETUP.strip(), *CELLS.values())]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    return path


def cell_of(page, name):
    """Where a control stands on the page."""
    return page.locator(".jp-CodeCell").nth(1 + list(CELLS).index(name))
