"""Word clouds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from wordcloud import WordCloud

from ..arguments import warn
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
    if not shown or not all(shown.values()):
        raise ValueError("There is no word to show.")
    font = font_file(word for words in shown.values() for word, _ in words)
    images = {title: _cloud(words, width, font) for title, words in shown.items()}
    lists = (f"{t}: {', '.join(word for word, _ in words)}." for t, words in shown.items())
    return pictures(images, columns=columns, alt=alt or f"Word clouds. {' '.join(lists)}")


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
