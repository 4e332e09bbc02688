"""Curves and bars, told apart by line and hatch as well as by colour."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import MaxNLocator

from .figure import Figure, figure_of
from .fonts import as_label, lettering

# Okabe & Ito's colours for colour-blind readers.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
LINES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1)))
SIZE = (7, 3.4)
HATCHES = ("", "//", "..", "xx", "\\\\", "++")


def curves(
    lines: Mapping[str, Sequence[float] | Mapping[float, float]],
    *,
    xlabel: str,
    ylabel: str,
    alt: str,
    every: int = 1,
    mark: int | None = None,
    size: tuple[float, float] = SIZE,
) -> Figure:
    """Draw one line for each label, over 0, 1, 2 and so on; ``mark`` one position on them.

    ``every`` is how far two values are apart, if it is not one. A mapping says where each stands,
    and they are drawn as dots.
    ``size`` is the width and height in inches, at 110 pixels each.
    """
    with lettering(xlabel, ylabel, *lines):
        canvas, axes = _axes(xlabel, ylabel, size)
        if mark is not None:
            axes.axvline(mark, color="#222222", linewidth=1, linestyle=":")
        for number, (label, values) in enumerate(lines.items()):
            label = as_label(label)
            style = {"color": COLOURS[number % 6], "linestyle": LINES[number % 6], "linewidth": 2}
            if isinstance(values, Mapping):
                axes.plot(list(values), list(values.values()), label=label, marker="o", **style)
            else:
                axes.plot(every * np.arange(len(values)), values, label=label, **style)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        beside = {"loc": "upper left", "bbox_to_anchor": (1, 1)} if len("".join(lines)) > 60 else {}
        if len(lines) > 1:
            axes.legend(frameon=False, **beside)  # long labels would hide the lines
        return figure_of(canvas, alt)


def bars(
    values: Mapping[str, float] | Mapping[str, Mapping[str, float]],
    *,
    ylabel: str,
    alt: str,
    highest: float | None = None,
    grey: Collection[str] = (),
    size: tuple[float, float] = SIZE,
) -> Figure:
    """One bar for each label, or a group of bars for each; its number on top, if there is room.

    ``highest`` is where the axis ends, for pictures that are compared; by default, at the bars.
    ``grey`` are the labels of bars that do not count.
    """
    groups: dict[str, Any] = {
        label: value if isinstance(value, Mapping) else {"": value}
        for label, value in values.items()
    }
    series = list(dict.fromkeys(name for group in groups.values() for name in group))
    with lettering(ylabel, *groups, *series):
        canvas, axes = _axes("", ylabel, size)
        width = 0.8 / len(series)
        count = len(series) * len(groups)
        for number, name in enumerate(series):
            heights = [group.get(name, np.nan) for group in groups.values()]
            places = np.arange(len(groups)) + (number - (len(series) - 1) / 2) * width
            style = {"color": COLOURS[number % 6], "hatch": HATCHES[number % 6]}
            style |= {"edgecolor": "white", "label": as_label(name)}
            boxes = axes.bar(places, heights, width * 0.95, **style)
            for bar, label in zip(boxes, groups, strict=True):
                if label in grey:
                    bar.set(facecolor="#bbbbbb", hatch="//")
            if count <= 16:  # beyond that, numbers would run into each other
                fmt, fontsize = ("{:.3g}", 9) if count <= 9 else ("{:.2f}", 7)
                axes.bar_label(boxes, fmt=fmt, fontsize=fontsize, padding=2)
        room = max(6, int(10.3 * size[0]) // len(groups))
        wrapped = [
            as_label(textwrap.fill(label, room, break_long_words=len(label) > 2 * room))
            for label in groups
        ]
        axes.set_xticks(range(len(groups)), wrapped)
        axes.margins(y=0.12)
        if highest is not None:
            axes.set_ylim(0, highest)
        if len(series) > 1:  # under a fixed end there may be no room above the bars
            beside = {"loc": "upper left", "bbox_to_anchor": (1, 1)} if highest is not None else {}
            axes.legend(frameon=False, **beside)
        return figure_of(canvas, alt)


def _axes(xlabel: str, ylabel: str, size: tuple[float, float] = SIZE) -> tuple[Canvas, Any]:
    canvas = Canvas(figsize=size, dpi=110)
    axes = canvas.add_subplot()
    axes.set(xlabel=xlabel, ylabel=ylabel)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", alpha=0.25)
    return canvas, axes
