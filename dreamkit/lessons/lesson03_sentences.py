"""Sentences to measure sentence dreams with, written for this course, and words of the reviews.

``PRAISE``, ``BLAME`` and ``HALF``, of both, are tuples of sentences. ``COUNTS`` is of 25,000
training reviews, half of them praise: how many have a word, and how many of these are praise. They
are read from their files when they are first asked for.
"""

from pathlib import Path
from typing import Any

from ..files import load_json

COUNTED = Path(__file__).with_name("counts.json")
SENTENCES = Path(__file__).with_name("sentences.json")


def __getattr__(name: str) -> Any:
    if name == "COUNTS":
        return load_json(COUNTED)
    if name in ("PRAISE", "BLAME", "HALF"):
        return tuple(load_json(SENTENCES)[name.lower()])
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
