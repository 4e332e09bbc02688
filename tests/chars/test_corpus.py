"""Texts and alphabets: what goes in comes out, and what is strange is named."""

import codecs

import numpy as np
import pytest

from dreamkit import load_corpus, load_text
from dreamkit.chars.corpus import Alphabet


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("DREAMKIT_DATA", str(tmp_path))
    return tmp_path


def test_the_python_manual_is_always_there():
    text = load_corpus("python")
    assert len(text) > 300_000
    assert "assert" in text


def test_published_texts_are_read_and_nietzsche_is_lower_cased(data):
    (data / "nietzsche.txt").write_text("PREFACE\n\nSupposing", encoding="utf-8")
    (data / "shakespeare.txt").write_text("First Citizen:", encoding="utf-8")
    assert load_corpus("nietzsche") == "preface\n\nsupposing"
    assert load_corpus("shakespeare") == "First Citizen:"


def test_what_the_published_nietzsche_garbles_is_repaired(data):
    garbled = "WerthschÃ¤tzung, Ã†schylus, MÃ©rimÃ©e"
    (data / "nietzsche.txt").write_text(garbled, encoding="utf-8")
    assert load_corpus("nietzsche") == "werthschätzung, æschylus, mérimée"


def test_an_unknown_corpus_is_refused():
    with pytest.raises(ValueError, match="'nietzsche', 'shakespeare' or 'python'"):
        load_corpus("goethe")


def test_line_ends_and_byte_order_marks_go(tmp_path):
    path = tmp_path / "windows.txt"
    path.write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree\n")
    assert load_text(path) == "one\ntwo\nthree\n"


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
        load_text(path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_mark_says_how_a_text_is_written(tmp_path, encoding):
    (tmp_path / "a.txt").write_bytes("Liebe Änne,\r\nes regnet 🌧".encode(encoding))
    assert load_text(tmp_path / "a.txt") == "Liebe Änne,\nes regnet 🌧"
    big = codecs.BOM_UTF16_BE + "Ä".encode("utf-16-be")
    (tmp_path / "b.txt").write_bytes(big)
    assert load_text(tmp_path / "b.txt") == "Ä"
    (tmp_path / "b.txt").write_bytes(big[:-1])
    with pytest.raises(ValueError, match="b.txt is not UTF-16: byte 2"):
        load_text(tmp_path / "b.txt")


def test_an_encoding_may_be_named(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes("naïve".encode("cp1252"))
    assert load_text(path, "cp1252") == "naïve"
    path.write_bytes("naïve".encode("utf-16-le"))
    with pytest.raises(ValueError, match='without a mark, encoding="utf-16-le" reads it'):
        load_text(path)
    assert load_text(path, encoding="utf-16-le") == "naïve"
    for wrong in ("cp9999", "base64", 3):
        with pytest.raises(ValueError, match="encoding must be one that Python knows.*got"):
            load_text(path, wrong)


def test_a_letter_and_its_accent_become_one(tmp_path):
    (tmp_path / "a.txt").write_text("re\u0301sume\u0301", encoding="utf-8")
    assert load_text(tmp_path / "a.txt") == "résumé"
    alphabet = Alphabet.of("re\u0301sume\u0301")
    assert alphabet.characters == "mrsué"
    assert alphabet.decode(alphabet.encode("re\u0301")) == "ré"


def test_a_joined_emoji_is_one_character():
    alphabet = Alphabet.of("go 👩‍🚀 🇩🇪 👍🏽")
    assert set(alphabet.characters) == {"g", "o", " ", "👩‍🚀", "🇩🇪", "👍🏽"}
    text = "👍🏽 go 🇩🇪"
    assert len(alphabet.encode(text)) == 6
    assert alphabet.decode(alphabet.encode(text)) == text
    with pytest.raises(ValueError, match="never seen '👩'"):
        alphabet.encode("👩")


def test_a_missing_file_lists_near_names(tmp_path):
    (tmp_path / "diary.txt").write_text("x", encoding="utf-8")
    with pytest.raises(FileNotFoundError, match="Did you mean 'diary.txt'"):
        load_text(tmp_path / "dairy.txt")


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
    with pytest.raises(ValueError, match="errors must be 'strict' or 'replace', got 'ignore'"):
        Alphabet("ab").encode("a", "ignore")
