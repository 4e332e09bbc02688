"""A tiny classifier over words whose vectors are known."""

import itertools

import numpy as np
import pytest

from dreamkit import build_classifier, train_classifier
from dreamkit.text.tokens import Vocabulary
from dreamkit.text.vectors import WordVectors

GOOD, BAD = "good great fine lovely superb".split(), "bad awful dull poor dreadful".split()
PLAIN = "the a film story music is was and".split()


@pytest.fixture(scope="session")
def vectors():
    """Praise lies one way, blame the other, all else in between."""
    rng = np.random.default_rng(0)
    words = (*PLAIN, *GOOD, *BAD)
    table = rng.normal(0, 0.3, (len(words), 8)).astype("float32")
    table[len(PLAIN) : len(PLAIN) + 5, 0] += 2
    table[len(PLAIN) + 5 :, 0] -= 2
    return WordVectors(Vocabulary(words), table)


@pytest.fixture(scope="session")
def clf(vectors):
    texts, labels = [], []
    for label, words in ((1, GOOD), (0, BAD)):
        for plain, (one, other) in itertools.product(PLAIN, itertools.combinations(words, 2)):
            texts += [f"the {plain} is {one} and {other}", f"{one} {plain}"]  # no plain word tells
            labels += [label, label]
    classifier = build_classifier(vectors)
    train_classifier(classifier, texts, labels, epochs=15)
    return classifier
