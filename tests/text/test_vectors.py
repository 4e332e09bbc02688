"""Word vectors in the formats that are published."""

import gzip

import numpy as np
import pytest

from dreamkit import load_vectors
from dreamkit.text.tokens import Vocabulary
from dreamkit.text.vectors import WordVectors


@pytest.fixture
def written(tmp_path):
    def write(text, **how):
        path = tmp_path / "vectors.txt"
        path.write_text(text, encoding=how.get("encoding", "utf-8"))
        return path

    return write


GLOVE = "the 0.1 -2 3e-1\nfilm 1 2 3\nnaïve 0 0 1\n"


@pytest.mark.parametrize("text", [GLOVE, f"3 3\n{GLOVE}", GLOVE.replace("\n", " \n")])
def test_glove_and_word2vec_are_read_alike(written, text):
    found = load_vectors(written(text))
    assert found.vocabulary.words == ("the", "film", "naïve")
    assert found.vectors.dtype == np.float32
    np.testing.assert_allclose(found.vectors, [[0.1, -2, 0.3], [1, 2, 3], [0, 0, 1]], rtol=1e-6)


def test_a_word_may_hold_spaces(written):
    """As in glove.840B.300d."""
    words = ("the", ". . .", "at name@domain.com", "1", "3 1/2")
    lines = [f"{word} 0.1 -2 3e-1" for word in words]
    for text in ("\n".join(lines), "\n".join(lines[1:])):  # the first line tells the width
        found = load_vectors(written(text))
        assert found.vocabulary.words == words[-len(found.vectors) :]
        assert found.vectors.shape[1] == 3


def test_tabs_marks_and_empty_last_lines_do_no_harm(written):
    text = "\ufeff" + GLOVE.replace(" ", "\t").replace("\n", "\r\n") + "\n"
    assert load_vectors(written(text)).vocabulary.words == ("the", "film", "naïve")


def test_words_are_composed(written):
    assert load_vectors(written("re\u0301sume\u0301 1 2\n")).vocabulary.words == ("résumé",)


def test_a_compressed_file_is_read_and_one_cut_short_refused(tmp_path):
    path = tmp_path / "vectors.txt.gz"
    whole = gzip.compress(GLOVE.encode() * 1)
    path.write_bytes(whole)
    assert load_vectors(path).vocabulary.words == ("the", "film", "naïve")
    path.write_bytes(whole[:-9])
    with pytest.raises(ValueError, match=r"vectors.txt.gz is cut short or damaged"):
        load_vectors(path)


def test_there_must_be_a_vector_for_each_word():
    words = Vocabulary(("good", "bad"))
    for vectors in (np.ones((3, 4)), np.ones(2), np.full((2, 4), np.nan)):
        with pytest.raises(ValueError, match="for each of the 2 words, got an array"):
            WordVectors(words, vectors)


def test_only_so_many_words_are_read(written):
    assert load_vectors(written(GLOVE), most=2).vocabulary.words == ("the", "film")


def test_a_word_that_comes_again_is_left_out(written):
    with pytest.warns(UserWarning, match="line 4: 'the' again"):
        assert len(load_vectors(written(GLOVE + "the 9 9 9\n")).vectors) == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no word vectors"),
        ("the 1 2 3\nfilm 1 2\n", "line 2: expected a word and 3 numbers, got 2 after 'film'"),
        ("5 3\nthe 1 2\n", "line 2: expected a word and 3 numbers, got 2"),
        ("the 1 2\nfilm 1 x\n", "line 2"),
        ("the 1 2\nfilm 1 nan\n", "line 2: a number is NaN"),
        ("the 1\nfilm 2\n", "line 1"),
        ("hello\n", "line 1"),
        ("the 1 2 3\nfilm 1 2", "line 2.*got 2 after 'film'. The file seems to be cut short"),
        ("the 1 2 3\nfilm 1 2 3 4\n", "line 2: expected a word and 3 numbers, got 4"),
        ("9 3\n" + GLOVE, "is cut short: it tells of 9 words and has 3"),
    ],
)
def test_a_faulty_file_is_refused_and_the_line_named(written, text, message):
    with pytest.raises(ValueError, match=message):
        load_vectors(written(text))


def test_a_binary_file_is_refused(tmp_path):
    path = tmp_path / "vectors.bin"
    path.write_bytes(b"3 4\nthe \xff\xfe\xfd\x00")
    with pytest.raises(ValueError, match="binary=False"):
        load_vectors(path)
    with pytest.raises(FileNotFoundError):
        load_vectors(tmp_path / "none.txt")
