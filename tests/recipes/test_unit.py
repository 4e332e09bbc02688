"""The unit that tells praise from blame: found in one half, scored on the other."""

import numpy as np
import pytest

import dreamkit as dk
from recipes import unit as module

WORDS = {1: "good ", 0: "bad "}


@pytest.fixture
def planted(monkeypatch):
    """Reviews of one word said again and again, in both halves; others are too short."""

    def imdb(half):
        rng = np.random.default_rng(half == "test")
        labels = np.append(rng.integers(0, 2, 60), [0, 0, 0])
        texts = [WORDS[label] * rng.integers(13, 20) + "!" for label in labels[:60]]
        return [*texts, "bad!", "bad!", ""], labels

    monkeypatch.setattr(module, "imdb", imdb)
    monkeypatch.setattr(module, "REVIEWS", 40)


def test_reviews_are_plain_long_enough_and_keep_their_labels(planted):
    for texts, labels in module.reviews():
        assert len(texts) == len(labels) == 40
        assert all(len(text) > module.LEAST and text[0] == "\n" for text in texts)
        assert [int("good" in text) for text in texts] == labels.tolist()


def test_even_an_untrained_writer_has_a_unit_for_what_is_that_plain(planted):
    writer = dk.build_writer("\nabdgo !", units=16, seed=0)
    found = module.sentiment_unit(writer)
    assert 0 <= found["unit"] < 16 and found["reviews"] == 40
    scores = found["accuracy"]
    assert scores["this unit alone"] > 0.9 > scores["always the same answer"] >= 0.5
    assert scores["all units together"] > 0.9 and scores["the classifier imdb"] > 0.9
