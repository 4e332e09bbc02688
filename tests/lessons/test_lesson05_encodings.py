"""N-grams, and words numbered by hashing."""

import subprocess
import sys

import pytest

from dreamkit.lessons.lesson05_encodings import collisions, hash_slot, ngrams


def test_ngrams_are_all_runs_of_neighbours():
    assert ngrams(["a", "b", "c"], 1) == [("a",), ("b",), ("c",)]
    assert ngrams("abcd", 3) == [tuple("abc"), tuple("bcd")]
    assert ngrams("ab", 3) == []


def test_runs_of_two_tell_apart_what_single_words_cannot():
    one, other = "not good just long".split(), "not long just good".split()
    assert sorted(ngrams(one, 1)) == sorted(ngrams(other, 1))
    assert not set(ngrams(one, 2)) & set(ngrams(other, 2))


def test_a_slot_is_the_same_in_another_process():
    module = "dreamkit.lessons.lesson05_encodings"
    code = f"from {module} import hash_slot; print(hash_slot('éclair', 1000))"
    there = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert int(there) == hash_slot("éclair", 1000) < 1000


def test_collisions_are_counted():
    words = [f"word{i}" for i in range(200)]
    slots = [hash_slot(word, 512) for word in words]
    alone = sum(slots.count(slot) == 1 for slot in slots)
    assert collisions([*words, *words], 512) == 200 - alone > 0
    assert collisions(words, 1) == 200
    assert collisions(words, 2**30) == 0


def test_collisions_are_about_as_many_as_chance_would_give():
    words = [f"word{i}" for i in range(5000)]
    for slots in (2000, 20_000):
        expected = 5000 * (1 - (1 - 1 / slots) ** 4999)
        assert collisions(words, slots) == pytest.approx(expected, rel=0.05)


def test_bad_sizes_are_refused():
    with pytest.raises(ValueError, match="n must be a whole number from 1, got 0"):
        ngrams("abc", 0)
    with pytest.raises(ValueError, match="slots must be .* got 0"):
        hash_slot("a", 0)
