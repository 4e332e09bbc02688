"""Curves and bars, told apart by line and hatch as well as by colour."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import MaxNLocator

from ..arguments import a_text, by_name, number, row_of_numbers, several_names
from .figure import Figure, figure_of, inches
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
    lines, drawn = by_name("lines", lines, '{"loss": [2.5, 1.5]}'), {}
    apart = number("every", every, above=0)
    for label, values in lines.items():
        dots = isinstance(values, Mapping)
        y = row_of_numbers(f"The line {label!r}", list(values.values()) if dots else values)
        places = list(values) if dots else apart * np.arange(len(y))
        drawn[label] = row_of_numbers("Where its dots stand", places), y, "o" if dots else ""
    with lettering(xlabel, ylabel, *lines):
        canvas, axes = _axes(xlabel, ylabel, size)
        if mark is not None:
            axes.axvline(number("mark", mark), color="#222222", linewidth=1, linestyle=":")
        for n, (label, (x, y, marker)) in enumerate(drawn.items()):
            style = {"color": COLOURS[n % 6], "linestyle": LINES[n % 6], "linewidth": 2}
            axes.plot(x, y, label=as_label(label), marker=marker, **style)
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
        label: by_name(f"The group {label!r}", value, '{"before": 0.5}')
        if isinstance(value, Mapping)
        else {"": value}
        for label, value in by_name("values", values, '{"praise": 0.5}').items()
    }
    size, grey = inches(size), several_names("grey", grey)
    series = list(dict.fromkeys(name for group in groups.values() for name in group))
    with lettering(ylabel, *groups, *series):
        canvas, axes = _axes("", ylabel, size)
        width = 0.8 / len(series)
        count = len(series) * len(groups)
        for n, name in enumerate(series):
            given = [group.get(name, np.nan) for group in groups.values()]
            heights = row_of_numbers(f"The bars {name!r}" if name else "The bars", given)
            places = np.arange(len(groups)) + (n - (len(series) - 1) / 2) * width
            style = {"color": COLOURS[n % 6], "hatch": HATCHES[n % 6]}
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
            axes.set_ylim(0, number("highest", highest, above=0))
        if len(series) > 1:  # under a fixed end there may be no room above the bars
            beside = {"loc": "upper left", "bbox_to_anchor": (1, 1)} if highest is not None else {}
            axes.legend(frameon=False, **beside)
        return figure_of(canvas, alt)


def _axes(xlabel: str, ylabel: str, size: tuple[float, float] = SIZE) -> tuple[Canvas, Any]:
    canvas = Canvas(figsize=inches(size), dpi=110)
    axes = canvas.add_subplot()
    axes.set(xlabel=a_text(xlabel), ylabel=a_text(ylabel))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", alpha=0.25)
    return canvas, axes
