"""Word clouds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from wordcloud import WordCloud

from ..arguments import a_text, by_name, number, pair, several, warn, whole
from ..results import WIDTH
from .figure import Figure
from .fonts import font_file
from .pictures import pictures

INKS = ("#0072B2", "#9E4200", "#00694C", "#8A4A72")  # dark enough to read on white


def clouds(
    shown: Mapping[str, Sequence[tuple[str, float]]],
    *,
    columns: int | None = None,
    width: int = 460,
    alt: str | None = None,
) -> Figure:
    """Word clouds side by side; the larger a word, the nearer.

    Parameters
    ----------
    shown : mapping of str to list of (word, similarity)
        As ``SentenceDream.nearest`` returns them.
    columns : int, optional
    width : int
        Of one cloud, in pixels.
    alt : str, optional
        By default the titles with the words, nearest first.

    Examples
    --------
    >>> dk.plots.clouds({"before": [("it", 0.7), ("this", 0.6)], "after": [("great", 0.5)]})
    Word clouds. before: it, this. after: great.
    """
    if isinstance(shown, Mapping) and not shown:
        raise ValueError("There is no word to show.")
    width = whole("width", width, 60, WIDTH)
    named = by_name("shown", shown, '{"near": [("it", 0.7)]}').items()
    shown = {title: _words(title, words) for title, words in named}
    font = font_file(word for words in shown.values() for word, _ in words)
    images = {title: _cloud(words, width, font) for title, words in shown.items()}
    lists = (f"{t}: {', '.join(word for word, _ in words)}." for t, words in shown.items())
    alt = f"Word clouds. {' '.join(lists)}" if alt is None else alt
    return pictures(images, columns=columns, alt=alt)


def _words(title: str, given: Any) -> list[tuple[str, float]]:
    """Words and their numbers; TypeError or ValueError for anything else, or none."""
    what = '(word, similarity), as in [("it", 0.7)]'
    pairs = [pair("A word", each, what) for each in several(repr(title), given, f"pairs {what}")]
    words = [(a_text(word), number("A similarity", value)) for word, value in pairs]
    if not any(word.strip() for word, _ in words):
        raise ValueError(f"There is no word to show in {title!r}.")
    return words


def _cloud(words: Sequence[tuple[str, float]], width: int, font: str) -> np.ndarray:
    values = np.array([value for _, value in words])
    low, spread = values.min(), np.ptp(values)
    sizes = 0.3 + 0.7 * (values - low) / spread if spread > 0 else np.ones(len(values))
    names = [" ".join(word.split()) for word, _ in words]
    cloud = WordCloud(
        width=width,
        height=width * 3 // 5,
        background_color="white",
        font_path=font,
        prefer_horizontal=1.0,
        relative_scaling=0.8,
        max_font_size=width // 8,
        margin=4,
        max_words=len(names),
        random_state=0,
        color_func=lambda word, **_: INKS[names.index(word) % len(INKS)],
    )
    cloud.generate_from_frequencies(dict(zip(names, sizes, strict=True)))
    if len(cloud.layout_) < len(set(names)):
        placed = f"{len(cloud.layout_)} of {len(set(names))}"
        warn(f"A cloud has room for {placed} words. Give it a larger width=, or fewer words.")
    return np.asarray(cloud.to_array())
