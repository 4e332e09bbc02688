"""Whether a model can give what a term asks for, and a compiled step take it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np


def bound(term: Any, model: Any, sizes: Sequence[tuple[int, int]], count: int) -> Any:
    """A term with the number of the class that it names; ValueError where it does not fit."""
    if term.named is not None:
        number = model.class_number(term.named)
        term = replace(term, data=(np.array(number, "int32"),), index=number, named=None)
    if term.count not in (None, count):
        raise ValueError(
            f"{term.text} does not fit: it is for {term.count} pictures side by side, and "
            f"here they are {count}. For one give one vector, objectives.direction(name, vector); "
            f"visualise draws several with count={term.count}."
        )
    if term.index is not None or term.channels is not None:
        channels = model.channels(term.layer)
        if (term.index or 0) >= channels or term.channels not in (None, channels):
            raise ValueError(
                f"{term.text} does not fit: layer {term.layer!r} has {channels} channels, "
                f"numbered 0 to {channels - 1}."
            )
    if term.grid is not None:
        grid: tuple[int, ...] = model.grid(term.layer, *sizes[0]) if sizes else ()
        if len(grid) != 2 or grid[0] < term.grid[0] or grid[1] < term.grid[1]:
            has = " × ".join(map(str, grid)) or "no"
            raise ValueError(
                f"{term.text} does not fit: {'at the smallest octave ' * bool(sizes)}layer "
                f"{term.layer!r} has {has} positions."
            )
    scores = getattr(model, "scores", None)  # a text's classifier has no probabilities to climb
    return replace(term, layer=scores(term.layer)) if scores and term.index is not None else term


def kind(array: np.ndarray) -> tuple[Any, ...]:
    """What a compiled step asks of an array: how many axes, the last, and the type."""
    return array.ndim, array.shape[-1:], array.dtype
