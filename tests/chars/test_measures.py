"""What a text is like, in numbers."""

import numpy as np
import pytest

import dreamkit as dk
from dreamkit.chars.measures import entropy, known_words, repetition, words


def test_words_are_found_whole_and_in_lower_case():
    assert words("To be -- or NOT, that’s 2 naïve") == ["to", "be", "or", "not", "that's", "naïve"]


def test_the_share_of_known_words():
    assert known_words("to be or nott", {"to", "be", "or", "not"}) == 0.75
    with pytest.raises(ValueError, match="no words"):
        known_words("...", {"to"})


def test_repetition_counts_runs_that_occurred_before():
    assert repetition("a b c d e f") == 0
    assert repetition("a b c d a b c d", 4) == pytest.approx(1 - 4 / 5)
    assert repetition("a a a a a") == pytest.approx(1 - 1 / 4)
    with pytest.raises(ValueError, match="1 words, 2"):
        repetition("a")


def test_entropy_is_that_of_the_distributions_and_rises_with_temperature():
    writer = dk.build_writer("abcd", units=8)
    kernel, _ = writer.model.get_layer("logits").get_weights()
    writer.model.get_layer("logits").set_weights([0 * kernel, np.log([0.5, 0.25, 0.125, 0.125])])
    assert entropy("abcdabcd", writer) == pytest.approx(1.75, abs=1e-4)
    assert entropy("abcdabcd", writer, 0) == 0
    assert entropy("abcdabcd", writer, 1e9) == pytest.approx(2, abs=1e-6)
    p = writer.distributions("abc" * 300)
    assert p.shape == (899, 4)
    np.testing.assert_allclose(p, [[0.5, 0.25, 0.125, 0.125]] * 899, rtol=1e-5)
