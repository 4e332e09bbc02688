"""What may be named as an objective, and how one is named in settings."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import keras

from ..arguments import LONGEST, read_back, shortened, told
from .directions import diversity
from .guides import guide
from .kinds import channel, layer, logit, mean, mean_square, neuron
from .objective import Objective
from .penalties import l2, total_variation

# What words in settings say all of; and what is made of arrays, or of a function, as well.
KINDS: dict[str, Callable[..., Objective]] = {
    kind.__name__: kind
    for kind in (channel, diversity, l2, layer, logit, mean, neuron, total_variation)
}
OTHERS = ("direction", "directions", "direction_neuron", "guide", "of")
WRITTEN = re.compile(rf"\b(?:{'|'.join((*KINDS, *OTHERS))})\(")


def as_objective(given: Any, default: str) -> Objective:
    """The objective that an argument is: a layer's name, several, {layer: weight}, or an Objective.

    A layer of Keras stands for its name, None for the default layer, words as in settings for the
    objective that they name.
    """
    if isinstance(given, Objective):
        return given
    if isinstance(given, str) and WRITTEN.search(given):
        return _in_words(given)
    one = (str, keras.layers.Layer)
    layers = [default] if given is None else [given] if isinstance(given, one) else given
    several = isinstance(layers, (Mapping, list, tuple, set, frozenset))
    if not several or not all(isinstance(each, one) for each in layers):
        raise ValueError(
            "objective must be a layer's name, several, {layer: weight} or an Objective, got "
            f"{told(given)}. Layers worth dreaming at are in .layers."
        )
    if not layers:
        raise ValueError("The objective is empty. Name at least one layer; they are in .layers.")
    weights = layers if isinstance(layers, Mapping) else dict.fromkeys(layers, 1.0)
    first, *others = (
        weight * layer(str(getattr(each, "name", each))) for each, weight in weights.items()
    )
    return sum(others, first)


def _in_words(text: str) -> Objective:
    """The objective that settings name, "channel('mixed4', 3)"; ValueError where words fail."""
    found = read_back(text, KINDS)
    if isinstance(found, Objective):
        return found
    raise ValueError(
        f'The objective "{shortened(text, LONGEST)}" can\'t be made again of these words, which '
        "hold no arrays and no functions. Make it anew with dk.objectives, and give it."
    )


def by_layer(objective: Objective) -> dict[str, float] | None:
    """{layer: weight}, where it is a sum of ``layer`` objectives and of nothing else."""
    plain = all(term.function is mean_square for _, term in objective.terms)
    return {term.layer: weight for weight, term in objective.terms} if plain else None


def record(objective: Objective) -> str | dict[str, float]:
    """As JSON can hold it: a layer's name, {layer: weight}, or words."""
    weights = by_layer(objective)
    if weights is None or len(weights) < len(objective.terms):
        return str(objective)
    return next(iter(weights)) if list(weights.values()) == [1.0] else weights


def guided_layers(free: Objective) -> dict[str, float]:
    """{layer: weight} of what a guide shall lead; ValueError for anything but layers."""
    weights = by_layer(free)
    if weights is None:
        raise ValueError(f"With a guide, name layers as the objective, got {free!r}.")
    return weights


def guided_by(
    weights: Mapping[str, float], answers: Mapping[str, Any], match: str = "position"
) -> Objective:
    """The same layers, each climbing towards what it answers to a guide."""
    first, *others = (
        weight * guide(name, answers[name], match) for name, weight in weights.items()
    )
    return sum(others, first)
