"""Film sentences: twins with the same words and opposite labels."""

from collections import Counter

import numpy as np
import pytest

from dreamkit.lessons import lesson05_grammar as reviews
from dreamkit.lessons.lesson05_grammar import film_sentences
from dreamkit.text.tokens import tokenize


@pytest.fixture(scope="module")
def data():
    return film_sentences(4000, 1000)


def words_of(part):
    return {word for text in part.texts for word in tokenize(text)}


def test_thousands_of_sentences_and_none_twice(data):
    assert [len(part) for part in data.values()] == [4000, 1000, 1000, 1000]
    assert len({text for part in data.values() for text in part.texts}) == 7000


def test_twins_have_the_same_words_and_opposite_labels(data):
    for part in data.values():
        assert part.labels.tolist() == [1, 0] * (len(part) // 2)
        for one, other in zip(part.texts[::2], part.texts[1::2], strict=True):
            assert one != other
            assert Counter(tokenize(one)) == Counter(tokenize(other))


def test_the_label_is_what_the_sentence_says():
    frame = ["", "{film} was not {no}, just {yes}", "in the end"]
    text = reviews._sentence(frame, "the plot", "good", "long")
    assert text == "The plot was not long, just good in the end."


def test_new_templates_have_known_words_only_and_new_words_are_new(data):
    known = words_of(data["training"])
    assert words_of(data["new sentences"]) <= known
    assert words_of(data["new templates"]) <= known
    new = words_of(data["new words"]) - known
    assert new == {*reviews.NEW_PRAISE.split(), *reviews.NEW_BLAME.split()}
    assert not set(reviews.TEMPLATES) & set(reviews.NEW_TEMPLATES)


def test_a_bag_of_words_is_right_about_exactly_one_of_two(data):
    linear = pytest.importorskip("sklearn.linear_model")
    text = pytest.importorskip("sklearn.feature_extraction.text")
    bag = text.CountVectorizer().fit(data["training"].texts)
    learnt = linear.LogisticRegression().fit(
        bag.transform(data["training"].texts), data["training"].labels
    )
    for part in data.values():
        said = learnt.predict_proba(bag.transform(part.texts))[:, 1]
        np.testing.assert_allclose(said[::2], said[1::2], atol=1e-9)
        assert 0.49 <= np.mean((said > 0.5) == part.labels) <= 0.51


def test_the_seed_decides(data):
    assert film_sentences(20, 4, seed=1)["training"].texts == (
        film_sentences(20, 4, seed=1)["training"].texts
    )
    assert film_sentences(20, 4, seed=2)["training"].texts != (
        film_sentences(20, 4, seed=1)["training"].texts
    )


@pytest.mark.parametrize("count", [3, 0, 20_000, "many"])
def test_odd_numbers_are_refused(count):
    with pytest.raises(ValueError, match="training must be an? .*even"):
        film_sentences(count)
    with pytest.raises(ValueError, match="validation must be an? .*even"):
        film_sentences(20, validation=count)
