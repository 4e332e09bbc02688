"""Reweighting, truncating and drawing: the maths, and the frequencies of many draws."""

import numpy as np
import pytest
from keras import ops
from scipy.stats import chi2

from dreamkit import build_writer, reweight
from dreamkit.chars.sampling import check_drawing, distribution, pick

LOGITS = np.random.default_rng(3).normal(0, 2, (2, 12)).astype("float32")


def softmax(z):
    e = np.exp(z - z.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def likely(logits, *settings):
    return ops.convert_to_numpy(distribution(ops.convert_to_tensor(logits), *settings))


@pytest.mark.parametrize("temperature", [0.2, 0.5, 1.0, 1.2, 3.0])
def test_reweighting_is_the_softmax_of_logits_over_temperature(temperature):
    expected = softmax(LOGITS.astype("float64") / temperature)
    np.testing.assert_allclose(reweight(softmax(LOGITS), temperature), expected, rtol=1e-4)
    np.testing.assert_allclose(likely(LOGITS, temperature), expected, rtol=1e-4, atol=1e-7)


def test_temperature_one_changes_nothing_and_rows_sum_to_one():
    p = np.array([[0.5, 0.25, 0.25], [3, 1, 0]])
    np.testing.assert_allclose(reweight(p, 1), p / p.sum(1, keepdims=True))


def test_the_ends_of_temperature():
    p = np.array([0.5, 0.3, 0.2, 0])
    for cold in (0, 1e-8):
        np.testing.assert_array_equal(reweight(p, cold), [1, 0, 0, 0])
        np.testing.assert_allclose(likely(LOGITS, cold).max(1), 1)
    for hot in (1e8, np.inf):
        np.testing.assert_allclose(reweight(p, hot), [1 / 3, 1 / 3, 1 / 3, 0], rtol=1e-6)
        np.testing.assert_allclose(likely(LOGITS, hot), 1 / 12, rtol=1e-5)


def test_equally_likely_ones_share_when_it_is_coldest():
    np.testing.assert_array_equal(reweight([0.4, 0.4, 0.2], 0), [0.5, 0.5, 0])


def test_what_is_impossible_stays_impossible_without_a_warning(recwarn):
    for temperature in (0, 1e-8, 0.5, 1e8, np.inf):
        assert reweight([0.9, 0.1, 0], temperature)[2] == 0
    assert not recwarn


def test_entropy_rises_with_temperature():
    def entropy(p):
        return -(p * np.log(p)).sum()

    rising = [entropy(reweight(softmax(LOGITS[0]), t)) for t in (0.2, 0.5, 1, 1.2, 5)]
    assert np.all(np.diff(rising) > 0)


@pytest.mark.parametrize("bad", [[-0.1, 1.1], [np.nan, 1], [0, 0], [np.inf, 1], 0.5])
def test_what_is_no_distribution_is_refused(bad):
    with pytest.raises(ValueError, match="positive sum"):
        reweight(bad, 1)


@pytest.mark.parametrize("bad", [-1, np.nan, "hot", None])
def test_a_bad_temperature_is_refused(bad):
    with pytest.raises(ValueError, match="temperature must be a number from 0"):
        check_drawing(bad)


@pytest.mark.parametrize(("k", "p"), [(0, None), (-1, None), (1.5, None), (None, 0), (None, 1.1)])
def test_limits_that_leave_nothing_are_refused(k, p):
    with pytest.raises(ValueError, match="top_"):
        check_drawing(1.0, k, p)


def test_top_k_keeps_the_most_likely_and_their_ratios():
    p = softmax(LOGITS)
    kept = np.asarray(likely(LOGITS, 1.0, 3, None))
    assert ((kept > 0).sum(1) == 3).all()
    for row, whole in zip(kept, p, strict=True):
        best = np.argsort(-whole)[:3]
        np.testing.assert_allclose(row[best], whole[best] / whole[best].sum(), rtol=1e-4)


def test_the_nucleus_is_the_smallest_set_that_reaches_the_probability():
    logits = np.log(np.array([[0.1, 0.5, 0.15, 0.25]], "float32"))
    for top_p, kept in [
        (0.4, [1]),
        (0.5001, [1, 3]),
        (0.75, [1, 3]),
        (0.8, [1, 2, 3]),
        (1, range(4)),
    ]:
        p = np.asarray(likely(logits, 1.0, None, np.float32(top_p)))[0]
        assert np.flatnonzero(p).tolist() == list(kept)


def test_top_k_and_nucleus_together_keep_what_both_keep():
    logits = np.log(np.array([[0.4, 0.3, 0.2, 0.1]], "float32"))
    assert np.count_nonzero(likely(logits, 1.0, 3, np.float32(0.95))) == 3
    assert np.count_nonzero(likely(logits, 1.0, 4, np.float32(0.6))) == 2


def chi_square(counts, p):
    """The statistic over cells expected at least five times, and its degrees of freedom."""
    expected = counts.sum() * p
    usual = expected >= 5
    observed = np.append(counts[usual], counts[~usual].sum())
    expected = np.append(expected[usual], expected[~usual].sum())
    keep = expected > 0
    return ((observed - expected)[keep] ** 2 / expected[keep]).sum(), keep.sum() - 1


@pytest.fixture(scope="module")
def forgetful():
    """A writer that knows how frequent characters are, and nothing else."""
    writer = build_writer("abcdefghijkl", units=1)
    kernel, _ = writer.model.get_layer("logits").get_weights()
    writer.model.get_layer("logits").set_weights([0 * kernel, LOGITS[0]])
    return writer


@pytest.mark.parametrize(
    ("temperature", "rows", "length"),
    [*[(temperature, 1000, 100) for temperature in (0.2, 0.5, 1.0, 1.2)], (0.8, 1, 10_000)],
)
def test_frequencies_of_draws_fit_the_distribution(forgetful, temperature, rows, length):
    """Written by a thousand at once, or one after the other."""
    written = "".join(forgetful.generate(["a"] * rows, length, temperature, seed=1))
    counts = np.array([written.count(character) for character in "abcdefghijkl"])
    p = reweight(softmax(LOGITS[0]), temperature)
    statistic, freedom = chi_square(counts, p)
    assert counts.sum() == rows * length
    assert statistic < chi2.ppf(0.999, freedom)


def test_what_has_no_probability_is_never_drawn():
    p = np.array([[0, 0.5, 0, 0.5, 0]], "float32")
    ends = np.array([0, 0.5, np.nextafter(np.float32(1), np.float32(0))], "float32")
    drawn = pick(*map(ops.convert_to_tensor, (np.repeat(p, 3, 0), ends)))
    drawn = ops.convert_to_numpy(drawn)
    assert set(drawn.tolist()) == {1, 3}
