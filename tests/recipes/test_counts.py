"""Words are counted once a review, whole, and in order."""

import numpy as np

from recipes.counts import counts


def test_a_review_counts_once_and_only_for_whole_words_in_order():
    texts = ["I hate this show. I HATE this show!", "This shows: no show.", "hate, hate"]
    found = counts(texts, np.array([0, 1, 1]))
    assert found["i hate"] == (1, 0)
    assert found["hate"] == (2, 1)
    assert found["this show"] == (1, 0)
    assert found["show"] == (2, 1)
    assert found["shows"] == (1, 1)
    assert found["movie"] == (0, 0)
