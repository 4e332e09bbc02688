"""How many reviews have a word, and how many of these praise: ``python -m recipes.counts``.

What lesson 03 asks when the classifier takes "I hate this show." for praise.
"""

import json

import numpy as np

from dreamkit.files import write_whole
from dreamkit.lessons.lesson03_sentences import COUNTED
from dreamkit.text.tokens import tokenize

from .data import imdb

RUNS = (
    "i", "hate", "this", "show", "movie", "i hate", "this show", "this movie", "hate this show",
    "series", "episodes", "season", "shows",
)  # fmt: skip


def counts(texts: list[str], labels: np.ndarray) -> dict[str, tuple[int, int]]:
    """For each run of words, the texts that have it and those of praise among them."""
    padded = [f" {' '.join(tokenize(text))} " for text in texts]
    found = {}
    for run in RUNS:
        has = np.array([f" {run} " in text for text in padded])
        found[run] = int(has.sum()), int(labels[has].sum())
    return found


def main() -> None:
    """Count in the training reviews, and write the numbers beside the lesson's sentences."""
    rows = (f' "{run}": {list(n)}' for run, n in counts(*imdb("train")).items())
    write_whole(COUNTED, "{\n" + ",\n".join(rows) + "\n}\n")
    print(COUNTED, json.loads(COUNTED.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
