"""Dreaming networks: see what a network sees, by letting its input climb.

>>> import dreamkit as dk
>>> dream = dk.deepdream(dk.sample_image("temple"), dk.load_network("dreamnet"))

Importing this package is instant: a name loads its module, and with it a framework, when it is
first used.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "Dream": "vision.dream",
    "SentenceDream": "text.dream",
    "Writer": "chars.writer",
    "build_reader": "text.sequences",
    "best_unit": "chars.lone",
    "build_writer": "chars.build",
    "corpus": "chars.corpus",
    "deepdream": "vision.dream",
    "doctor": "health",
    "dream_sentence": "text.dream",
    "dream_words": "text.words",
    "export_projector": "text.projector",
    "find_cells": "chars.concepts",
    "last_cells": "chars.cells",
    "load_atlas": "vision.atlas",
    "load_classifier": "text.classifiers",
    "load_image": "vision.images",
    "load_network": "vision.sources",
    "load_vectors": "text.vectors",
    "load_writer": "chars.build",
    "read_cells": "chars.cells",
    "read_settings": "vision.images",
    "read_text": "chars.corpus",
    "reweight": "chars.sampling",
    "sample_image": "vision.images",
    "save_film": "vision.film",
    "train_classifier": "text.classifiers",
    "train_reader": "text.sequences",
    "train_writer": "chars.learning",
    "visualise": "vision.features",
    "words_of_unit": "text.neighbours",
    "zoom": "vision.film",
}
_MODULES = ("check", "objectives", "plots", "widgets")
__all__ = sorted([*_HOMES, *_MODULES])


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    elif name in _MODULES:
        value = import_module(f"{__name__}.{name}")
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*globals(), *__all__]
