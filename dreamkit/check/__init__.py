"""Checks of the coursework: ``dk.check.NAME(answer)`` says what is right, or hints at what is off.

``answer`` is the function that the task NAME asks for. The tests in an assignment's notebook call
the same checks. Nothing is needed beside NumPy.

>>> import dreamkit as dk
>>> dk.check.to_network(lambda picture: 2 * picture - 1)
✓ to_network: black is -1, white is 1, and grey lies in the middle.
"""

from .characters import (
    entropy,
    one_hot,
    pick,
    repetition,
    reweight,
    sample,
    softmax,
    top_k,
    windows,
)
from .guides import (
    best_match,
    best_places,
    cosines,
    guided_gradient,
    guided_score,
    mixed,
    similarity,
    wins,
)
from .pictures import (
    ascent_step,
    climb,
    jittered_gradient,
    mean_square,
    next_octave,
    octave_sizes,
    score_gradient,
    to_network,
    weighted_score,
)
from .report import NotYet, progress
from .sentences import (
    best_swap,
    dream_path,
    layer_norm,
    mean_valence,
    neighbours,
    norm_gradient,
    sentence_vector,
    straightness,
    unit_words,
)

__all__ = [
    "NotYet",
    "ascent_step",
    "best_match",
    "best_places",
    "best_swap",
    "climb",
    "cosines",
    "dream_path",
    "entropy",
    "guided_gradient",
    "guided_score",
    "jittered_gradient",
    "layer_norm",
    "mean_square",
    "mean_valence",
    "mixed",
    "neighbours",
    "next_octave",
    "norm_gradient",
    "octave_sizes",
    "one_hot",
    "pick",
    "progress",
    "repetition",
    "reweight",
    "sample",
    "score_gradient",
    "sentence_vector",
    "similarity",
    "softmax",
    "straightness",
    "to_network",
    "top_k",
    "unit_words",
    "weighted_score",
    "windows",
    "wins",
]
