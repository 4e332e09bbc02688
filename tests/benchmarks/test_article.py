"""The article's recipe: its windows, and a text written as its loop writes it."""

import numpy as np
import pytest

import dreamkit as dk
from benchmarks.article import article_model, article_text, article_windows
from dreamkit.chars.corpus import Alphabet

TEXT = "to be or not to be, that is the question. " * 6


def test_windows_of_60_every_3_and_the_character_that_follows():
    alphabet = Alphabet.of(TEXT)
    x, y = article_windows(TEXT, alphabet)
    assert x.shape == (len(range(0, len(TEXT) - 60, 3)), 60, len(alphabet))
    assert (x.sum(-1) == 1).all() and (y.sum(-1) == 1).all()
    for number in (0, 1, 20):
        start = 3 * number
        assert alphabet.decode(x[number].argmax(-1)) == TEXT[start : start + 60]
        assert alphabet.decode([y[number].argmax()]) == TEXT[start + 60]


def test_nietzsche_would_give_the_articles_number_of_windows():
    assert len(range(0, 600_893 - 60, 3)) == 200_278


def test_a_short_text_is_refused():
    with pytest.raises(ValueError, match="more than 60"):
        article_windows("to be", Alphabet.of("to be"))


def test_the_articles_model_reads_windows_and_gives_probabilities():
    alphabet = Alphabet.of(TEXT)
    x, _ = article_windows(TEXT, alphabet)
    p = article_model(len(alphabet)).predict(x[:2], verbose=0)
    np.testing.assert_allclose(p.sum(1), 1, rtol=1e-5)


def test_its_loop_writes_greedily_what_ours_writes():
    writer = dk.build_writer(TEXT, units=16, seed=3)
    prompt = TEXT[:40]
    theirs = article_text(writer.model, writer.alphabet, prompt, 15, 0, seed=0)
    assert theirs == writer.generate(prompt, 15, 0)
