"""Texts and alphabets: what goes in comes out, and what is strange is named."""

import numpy as np
import pytest

from dreamkit import corpus, read_text
from dreamkit.chars import corpus as module
from dreamkit.chars.corpus import Alphabet, cleaned, frequent_words, plain_sentences


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("DREAMKIT_DATA", str(tmp_path))
    return tmp_path


def test_the_python_manual_is_always_there():
    text = corpus("python")
    assert len(text) > 300_000
    assert "assert" in text


def test_published_texts_are_read_and_nietzsche_is_lower_cased(data):
    (data / "nietzsche.txt").write_text("PREFACE\n\nSupposing")
    (data / "shakespeare.txt").write_text("First Citizen:")
    assert corpus("nietzsche") == "preface\n\nsupposing"
    assert corpus("shakespeare") == "First Citizen:"


def test_an_unknown_corpus_is_refused():
    with pytest.raises(ValueError, match="nietzsche, shakespeare, python"):
        corpus("goethe")


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


def test_the_corpus_of_reviews_has_one_on_each_line(monkeypatch):
    reviews = ["Good.", "Bad<br />film!", "Never ended"]
    monkeypatch.setattr(module, "imdb", lambda split: (reviews, np.array([1, 0, 0])))
    text = corpus("reviews")
    assert sorted(text.splitlines()) == ["bad film!", "good."] and text.endswith("\n")


def test_line_ends_and_byte_order_marks_go(tmp_path):
    path = tmp_path / "windows.txt"
    path.write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree\n")
    assert read_text(path) == "one\ntwo\nthree\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x89PNG\r\n\0\0", "not a text file"),
        ("naïve".encode("latin-1"), "not UTF-8: byte 2 is 0xef"),
    ],
)
def test_files_that_are_not_text_are_refused(tmp_path, content, message):
    path = tmp_path / "strange.txt"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message):
        read_text(path)


def test_a_missing_file_lists_near_names(tmp_path):
    (tmp_path / "diary.txt").write_text("x")
    with pytest.raises(FileNotFoundError, match="Did you mean diary.txt"):
        read_text(tmp_path / "dairy.txt")


def test_numbers_and_characters_go_both_ways():
    alphabet = Alphabet.of("to be or not to be")
    assert alphabet.characters == " benort"
    numbers = alphabet.encode("not to be")
    assert numbers.dtype == np.int32
    assert alphabet.decode(numbers) == "not to be"
    assert alphabet.encode("").shape == (0,)


def test_an_alphabet_without_capitals_reads_capitals_as_small():
    assert Alphabet("abc").encode("ABC").tolist() == [0, 1, 2]
    with pytest.raises(ValueError, match="'C'"):
        Alphabet("ABc").encode("C")


def test_unknown_characters_are_named_and_refused():
    with pytest.raises(ValueError, match="never seen 'é', '☃'.*replace"):
        Alphabet.of("cafe ").encode("café☃")


def test_or_replaced_by_what_is_nearest_with_a_warning():
    alphabet = Alphabet.of("cafe ")
    with pytest.warns(UserWarning, match="'é', '☃'; read as 'e', ' '"):
        assert alphabet.decode(alphabet.encode("café☃", "replace")) == "cafe "


def test_nonsense_is_refused():
    with pytest.raises(TypeError, match="got int"):
        Alphabet("ab").encode(5)
    with pytest.raises(ValueError, match="refuse"):
        Alphabet("ab").encode("a", "ignore")
