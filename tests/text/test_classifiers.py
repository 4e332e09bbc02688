"""Classifiers: the mean of word vectors, and layers that learn praise from blame."""

import json

import numpy as np
import pytest
from keras import ops

import dreamkit as dk
from dreamkit.pretrained import card
from dreamkit.text.classifiers import Classifier
from dreamkit.text.neighbours import nearest
from dreamkit.text.tokens import Vocabulary


def test_a_sentence_is_the_mean_of_its_word_vectors(clf, vectors):
    rows = [vectors.vocabulary.numbers[word] - 1 for word in ("the", "film", "film")]
    np.testing.assert_allclose(
        clf.vector("The film: film"), vectors.vectors[rows].mean(0), rtol=1e-5
    )


def test_the_keras_model_reads_words_as_the_classifier_does(clf):
    texts = ["the film is good", "bad music"]
    ids = np.zeros((2, 6), "int32")
    for row, text in zip(ids, texts, strict=True):
        row[: len(text.split())] = clf.vocabulary.ids(text)
    probability = 1 / (1 + np.exp(-ops.convert_to_numpy(clf.model(ids))[:, 0]))
    np.testing.assert_allclose(clf.predict(texts), probability, rtol=1e-4, atol=1e-6)


def test_praise_is_told_from_blame(clf):
    p = clf.predict(["the music is great", "a superb story", "an awful film", "dull"])
    assert p.shape == (4,)
    assert (p[:2] > 0.8).all() and (p[2:] < 0.2).all()


def test_frozen_vectors_stay_as_they_were_and_fine_tuned_ones_move(clf, vectors):
    np.testing.assert_array_equal(clf.vectors, vectors.vectors)
    texts, labels = ["good film", "bad film"] * 8, [1, 0] * 8
    tuned = dk.train_classifier(texts, labels, vectors, epochs=2, fine_tune=True)
    moved = np.abs(tuned.vectors - vectors.vectors).max(1)
    good, lovely = (vectors.vocabulary.numbers[word] - 1 for word in ("good", "lovely"))
    assert moved[good] > 10 * moved[lovely]


def test_vectors_can_be_learnt_with_the_labels():
    texts, labels = ["what a treat", "what a bore", "a treat", "a bore, a bore"] * 10, [1, 0] * 20
    learnt = dk.train_classifier(texts, labels, dimensions=6, epochs=15)
    assert learnt.vectors.shape == (4, 6)
    assert learnt.predict(["treat"])[0] > 0.8 > 0.2 > learnt.predict(["bore"])[0]


def test_it_is_saved_with_its_words(clf, tmp_path):
    card = clf.save(tmp_path / "mine.keras", seed=0)
    assert json.loads(card.read_text())["words"].split() == list(clf.vocabulary.words)
    again = dk.load_classifier(tmp_path / "mine.keras")
    texts = ["the film is good", "poor music"]
    np.testing.assert_allclose(again.predict(texts), clf.predict(texts), rtol=1e-5)


def test_files_that_are_no_classifier_are_refused(clf, tmp_path):
    with pytest.raises(FileNotFoundError, match="no file"):
        dk.load_classifier(tmp_path / "mine.keras")
    with pytest.raises(ValueError, match="not a text classifier"):
        dk.load_classifier("dreamnet")
    with pytest.raises(ValueError, match="no bundled 'imbd'.*imdb"):
        dk.load_classifier("imbd")
    with pytest.raises(ValueError, match="do not belong together"):
        Classifier(clf.model, Vocabulary(("one", "two")))
    with pytest.raises(ValueError, match=".keras"):
        clf.save(tmp_path / "mine.h5")


@pytest.mark.parametrize(
    ("texts", "labels", "message"),
    [
        (["good", "bad"], [1], "a 0 or a 1 for each of the 2 texts"),
        (["good", "bad"], [1, 2], "a 0 or a 1"),
        (["good", "bad"], [1, 1], "both must occur"),
        (["good", "..."], [1, 0], "Text 1 has no known word"),
    ],
)
def test_texts_and_labels_that_teach_nothing_are_refused(texts, labels, message):
    with pytest.raises(ValueError, match=message):
        dk.train_classifier(texts, labels)


def test_bad_calls_are_refused(clf):
    with pytest.raises(TypeError, match="list of texts"):
        clf.predict("good")
    with pytest.raises(ValueError, match="no layer 'fc3'.*fc"):
        clf.check(["fc3"])
    with pytest.raises(ValueError, match="fine_tune"):
        dk.train_classifier(["good", "bad"], [1, 0], fine_tune=True)


def test_the_bundled_classifier_is_small_and_its_vectors_mean_something():
    assert card("imdb")["bytes"] <= 10_000_000
    clf = dk.load_classifier("imdb")

    def near(word):
        vector = clf.vectors[clf.vocabulary.numbers[word] - 1]
        rows, _ = nearest(vector, clf.vectors, 6)
        return {clf.vocabulary.words[row] for row in rows}

    assert "movie" in near("film")
    assert {"terrible", "horrible"} <= near("awful")
    love, hate = clf.predict(["I love this show.", "I hate this."])
    assert love > 0.8 > 0.2 > hate
