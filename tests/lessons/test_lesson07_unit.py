"""The lone unit is the best of all, with the best threshold."""

import numpy as np
import pytest

from dreamkit.lessons.lesson07_unit import best_unit


def slow(features, labels):
    """Every unit, every cut, either way round."""
    best = 0.0
    for column in features.T:
        for cut in np.convolve(np.unique(column), [0.5, 0.5], "valid"):
            right = np.mean((column > cut) == labels)
            best = max(best, right, 1 - right)
    return best


@pytest.mark.parametrize("seed", range(5))
def test_no_unit_and_no_threshold_is_better(seed):
    rng = np.random.default_rng(seed)
    features, labels = rng.integers(0, 9, (25, 6)).astype("float32"), rng.integers(0, 2, 25)
    lone = best_unit(features, labels)
    assert lone.accuracy(features, labels) == pytest.approx(slow(features, labels))


def test_a_unit_that_falls_is_found_and_tells_new_rows():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 400)
    features = rng.normal(size=(400, 10))
    features[:, 3] -= 2 * labels
    lone = best_unit(features[:200], labels[:200])
    assert (lone.unit, lone.above) == (3, False)
    assert lone.threshold == pytest.approx(-1, abs=0.4)
    assert lone.accuracy(features[200:], labels[200:]) > 0.78
    beyond = np.zeros((2, 10))
    beyond[:, 3] = [-9, 9]
    assert lone.says_yes(beyond).tolist() == [True, False]


def test_labels_of_one_kind_or_too_few_are_refused():
    with pytest.raises(ValueError, match="some 0 and some 1"):
        best_unit(np.ones((3, 2)), np.ones(3))
    with pytest.raises(ValueError, match="each of the 3 rows"):
        best_unit(np.ones((3, 2)), np.array([0, 1]))
