"""The unit of the writer of reviews that tells praise from blame: found, and scored.

Of each review only the plain sentences are read, which is what the writer learnt to write. The
unit is found in training reviews and scored on test reviews, as is all that it is compared with.
"""

from typing import Any

import numpy as np

from dreamkit.chars.cells import last_cells
from dreamkit.chars.concepts import random_directions
from dreamkit.chars.writer import Writer
from dreamkit.lessons.lesson07_unit import best_unit
from dreamkit.text.classifiers import load_classifier

from .data import imdb
from .reviews import cleaned, frequent_words, plain_sentences
from .sentiment import accuracy

REVIEWS = 2_000  # to find the unit in, and as many to score it on
LEAST = 60  # characters that must be left of a review


def reviews(seed: int = 0) -> list[tuple[list[str], np.ndarray]]:
    """Plain sentences and labels of training and of test reviews; words count in training."""
    words, halves = None, []
    for half in ("train", "test"):
        whole, labels = imdb(half)
        words = words or frequent_words(map(cleaned, whole))
        texts = plain_sentences(whole, words)
        order = np.random.default_rng(seed).permutation(len(texts))
        chosen = [i for i in order if len(texts[i]) >= LEAST][:REVIEWS]
        halves.append(([f"\n{texts[i]}" for i in chosen], labels[chosen]))
    return halves


def sentiment_unit(writer: Writer, seed: int = 0) -> dict[str, Any]:
    """The unit, its threshold, and its test accuracy beside those of everything else."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    (texts, labels), (test_texts, test_labels) = reviews(seed)
    seen, unseen = (last_cells(part, writer, "replace") for part in (texts, test_texts))
    turn = random_directions(seen.shape[1], seed)
    lone, turned = best_unit(seen, labels), best_unit(seen @ turn, labels)
    together = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=1000))
    together.fit(seen, labels)
    often = float(np.mean(test_labels))
    scores = {
        "this unit alone": lone.accuracy(unseen, test_labels),
        "always the same answer": max(often, 1 - often),
        "the best of as many random directions": turned.accuracy(unseen @ turn, test_labels),
        "all units together": together.score(unseen, test_labels),
        "the classifier imdb": accuracy(load_classifier("imdb"), test_texts, test_labels),
    }
    return {
        "unit": lone.unit,
        "threshold": round(lone.threshold, 4),
        "above": lone.above,
        "reviews": len(test_texts),
        "accuracy": {name: round(float(score), 4) for name, score in scores.items()},
    }
