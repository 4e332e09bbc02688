"""Sentences to measure sentence dreams with, written for this course, and words of the reviews."""

import json
from pathlib import Path
from typing import Any


def _beside(name: str) -> Any:
    return json.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))


KINDS = _beside("sentences.json")
PRAISE, BLAME, HALF = (tuple(KINDS[kind]) for kind in ("praise", "blame", "half"))
# Of 25,000 training reviews, half of them praise: those that have the words, and praise among them.
COUNTS: dict[str, list[int]] = _beside("counts.json")
