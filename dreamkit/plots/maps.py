"""Maps of a sentence dream: its path among words that are known to be positive or negative."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure as Canvas
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE

from ..arguments import among, as_seed, number, of_kind, shortened, whole
from ..text.dream import SentenceDream
from ..text.neighbours import telling_words
from ..unicode import Printable
from .figure import Figure, Film, figure_of, inches
from .fonts import as_label, lettering
from .pictures import film

SIZE = (7.0, 5.0)  # of a flat map, in inches
# Colour and shape both tell the kinds apart.
LOOKS: dict[str, dict[str, Any]] = {
    "positive": {"color": "#2E8B57", "marker": "^", "s": 22, "label": "positive words"},
    "negative": {"color": "#C0392B", "marker": "v", "s": 22, "label": "negative words"},
    "step": {"color": "#888888", "marker": "o", "s": 26, "label": "steps of the dream"},
    "last": {"color": "black", "marker": "*", "s": 150, "label": "last step"},
}


@dataclass(frozen=True, eq=False)
class WordMap(Printable):
    """Where words and the steps of a dream lie, in two or three dimensions.

    Attributes
    ----------
    dream : SentenceDream
    words, kinds : list of str
        Kinds are "positive" and "negative".
    places : numpy.ndarray, float, shape (words, 2 or 3)
    path : numpy.ndarray, float, shape (steps + 1, 2 or 3)
    method : str
    """

    dream: SentenceDream
    words: list[str]
    kinds: list[str]
    places: np.ndarray
    path: np.ndarray
    method: str

    def __repr__(self) -> str:
        return (
            f"<WordMap in {self.path.shape[1]} dimensions, by {self.method}: {len(self.words)} "
            f"words, {len(self.path) - 1} steps from {shortened(self.dream.text)!r}>"
        )

    def _repr_html_(self) -> str:
        return (map_figure if self.path.shape[1] == 2 else map_figure_3d)(self).tag


def word_map(
    dream: SentenceDream,
    *,
    method: str = "tsne",
    dimensions: int = 2,
    words: int = 60,
    seed: int = 0,
) -> WordMap:
    """Lay out the path of a dream among words, flat or in space.

    Parameters
    ----------
    dream : SentenceDream
    method : {"tsne", "pca"}
        t-SNE keeps neighbours together (van der Maaten & Hinton, 2008); PCA keeps large distances.
        Vectors are brought to length 1 first: directions are compared, as in word clouds.
    dimensions : {2, 3}
    words : int
        How many positive words, and how many negative.
    seed : int

    Examples
    --------
    >>> dream = dk.dream_sentence("I love this.", dk.load_classifier("imdb"))
    >>> dk.plots.word_map(dream, method="pca").path.shape
    (21, 2)
    """
    of_kind("dream", dream, SentenceDream, "dream_sentence gives one, or a list of them.")
    seed = as_seed(seed)
    among("method", method, ("tsne", "pca"))
    among("dimensions", dimensions, (2, 3))
    names, kinds, vectors = telling_words(dream.classifier, words)
    points = np.concatenate([vectors, dream.vectors])
    points = points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-12)
    if method == "pca":
        places = PCA(dimensions, random_state=seed).fit_transform(points)
    else:
        perplexity = min(30, len(points) // 4)
        tsne = TSNE(dimensions, perplexity=perplexity, init="pca", random_state=seed)
        places = tsne.fit_transform(points)
    return WordMap(dream, names, kinds, places[: len(names)], places[len(names) :], method)


def check_map(shown: Any) -> None:
    """Raise TypeError for anything but a WordMap."""
    of_kind("shown", shown, WordMap, "word_map makes one of a dream.")


def map_figure(shown: WordMap, step: int = -1, *, size: tuple[float, float] = SIZE) -> Figure:
    """Draw a flat map with the path up to a step; the nearest words carry their names.

    ``size`` is the width and height in inches, at 100 pixels each.
    """
    check_map(shown)
    step = whole("step", step, -len(shown.path), len(shown.path) - 1)
    with lettering(*shown.words):
        return figure_of(_canvas(shown, step, inches(size), 100), _alt(shown), bbox_inches=None)


def map_film(shown: WordMap, *, fps: float = 4) -> Film:
    """The path of a dream, growing step by step, as an endless animation."""
    check_map(shown)
    steps = [*range(len(shown.path)), *[-1] * 6]  # and a rest at the end
    with lettering(*shown.words):
        frames = [_pixels(_canvas(shown, step, SIZE, 80)) for step in steps]
    return film(frames, fps=fps, alt=f"An animation. {_alt(shown)}")


def map_figure_3d(shown: WordMap, *, turn: float = -60) -> Figure:
    """Draw a map of three dimensions, seen from a side given in degrees."""
    check_map(shown)
    turn = number("turn", turn, hint="in degrees")
    if shown.path.shape[1] != 3:
        raise ValueError("This map is flat. Make one with word_map(dream, dimensions=3).")
    canvas = Canvas(figsize=(7, 5.4), dpi=100)
    axes: Any = canvas.add_axes((0, 0, 1, 0.94), projection="3d")
    axes.view_init(20, turn)
    axes.set_box_aspect(None, zoom=1.15)
    for side in (axes.xaxis, axes.yaxis, axes.zaxis):
        side.set_ticklabels([])
    _points(axes, shown, len(shown.path))
    axes.legend(loc="upper center", ncols=4, frameon=False, bbox_to_anchor=(0.5, 1.06), fontsize=9)
    return figure_of(canvas, _alt(shown))


def _points(axes: Any, shown: WordMap, steps: int) -> None:
    for kind in ("positive", "negative"):
        axes.scatter(*shown.places[[k == kind for k in shown.kinds]].T, **LOOKS[kind])
    path = shown.path[:steps]
    axes.plot(*path.T, color="#888888", linewidth=1)
    axes.scatter(*path[:-1].T, **LOOKS["step"])
    axes.scatter(*path[-1:].T, **LOOKS["last"])


def _canvas(shown: WordMap, step: int, size: tuple[float, float], dpi: int) -> Canvas:
    canvas = Canvas(figsize=size, dpi=dpi)
    axes: Any = canvas.add_axes((0.02, 0.02, 0.96, 0.86))
    steps = range(len(shown.path))[step] + 1
    _points(axes, shown, steps)
    both = np.concatenate([shown.places, shown.path])
    low, high = both.min(0), both.max(0)
    margin = 0.06 * (high - low)
    axes.set(xlim=(low[0] - margin[0], high[0] + margin[0]), xticks=[], yticks=[])
    axes.set(ylim=(low[1] - margin[1], high[1] + margin[1]))
    room = np.array([0.63, 0.2]) / size  # that a word takes, as a share of the map
    for row in _to_be_named(shown, steps, (high - low) * room):
        above = {"xytext": (0, 5), "textcoords": "offset points", "ha": "center"}
        axes.annotate(as_label(shown.words[row]), shown.places[row], fontsize=8, **above)
    beside: dict[str, Any] = {"loc": "lower center", "bbox_to_anchor": (0.5, 1.0)}
    axes.legend(ncols=4 if size[0] >= 6 else 2, frameon=False, fontsize=9, **beside)
    return canvas


def _to_be_named(shown: WordMap, steps: int, room: np.ndarray) -> list[int]:
    """Words to be named: the nearest to where the path stands, and not too close to each other."""
    here = shown.places / room
    order = np.argsort(np.linalg.norm(here - shown.path[steps - 1] / room, axis=1))
    chosen: list[int] = []
    for row in order:
        gap = np.abs(here[chosen] - here[row])
        if not chosen or (gap.max(1) > 1).all():
            chosen.append(int(row))
    return chosen[:28]


def _alt(shown: WordMap) -> str:
    last = ", ".join(word for word, _ in shown.dream.nearest(-1, 3))
    return (
        f"A map of positive and negative words and, among them, the path of the sentence "
        f"“{shown.dream.text}”, which ends near {last}."
    )


def _pixels(canvas: Canvas) -> np.ndarray:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    agg = FigureCanvasAgg(canvas)
    agg.draw()
    return np.asarray(agg.buffer_rgba())[:, :, :3].copy()
