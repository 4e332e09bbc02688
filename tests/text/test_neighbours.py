"""Words near a point, words that a unit answers to, and words that tell."""

import numpy as np
import pytest

from dreamkit.text.neighbours import nearest, telling_words, words_of_unit


def test_nearest_by_both_measures():
    table = np.array([[2.0, 0], [0, 1], [-1, 0], [0.6, 0.6]])
    rows, values = nearest(np.array([1.0, 0]), table, 2)
    assert rows.tolist() == [0, 3]
    np.testing.assert_allclose(values, [1, np.sqrt(0.5)])
    rows, values = nearest(np.array([1.0, 0]), table, 2, "euclidean")
    assert rows.tolist() == [3, 0]
    np.testing.assert_allclose(values, [np.hypot(0.4, 0.6), 1])
    for bad in ({"metric": "taxi"}, {"k": 0}):
        with pytest.raises(ValueError, match="must be"):
            nearest(table[0], table, **bad)


def test_words_of_a_unit_are_those_with_the_highest_activation(clf):
    found = words_of_unit(clf, 2, "fc1", k=3)
    every = clf.activations(clf.vectors, "fc1")[:, 2]
    assert [value for _, value in found] == sorted(every.tolist(), reverse=True)[:3]
    with pytest.raises(ValueError, match="0 to 255"):
        words_of_unit(clf, 256, "fc1")


def test_telling_words_are_the_extremes_of_the_verdict(clf):
    words, kinds, vectors = telling_words(clf, 4)
    assert set(words[:4]) <= {"good", "great", "fine", "lovely", "superb"}
    assert set(words[4:]) <= {"bad", "awful", "dull", "poor", "dreadful"}
    assert kinds == ["positive"] * 4 + ["negative"] * 4
    assert vectors.shape == (8, 8)
