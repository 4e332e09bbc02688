"""What the writer of reviews learns from: plain sentences."""

import numpy as np

from recipes import reviews as module
from recipes.reviews import cleaned, frequent_words, plain_sentences
from recipes.writer import learnt_text


def test_a_review_is_cleaned_to_one_line_of_plain_characters():
    assert cleaned("A <b>café</b>!<br /><br />Très   bon… “x’s” — 10/10\n¤ ok") == (
        'a cafe ! tres bon... "x\'s" - 10/10 ok'
    )


def test_frequent_words_are_counted_over_all_texts():
    assert frequent_words(["a b b", "b c c"], 2) == {"b", "c"}


def test_long_sentences_and_rare_words_are_left_out():
    words = frozenset(["it", "was", "good"])
    long = "It was " + "good " * 30
    reviews = [f"It was GOOD! It was odd. 10/10. {long}. Good?", "An odd one.", "It was"]
    assert plain_sentences(reviews, words) == ["it was good! good?", "", ""]


def test_the_writer_of_reviews_learns_one_on_each_line(monkeypatch):
    reviews = ["Good.", "Bad<br />film!", "Never ended"]
    monkeypatch.setattr(module, "imdb", lambda split: (reviews, np.array([1, 0, 0])))
    text = learnt_text("reviews")
    assert sorted(text.splitlines()) == ["bad film!", "good."] and text.endswith("\n")
