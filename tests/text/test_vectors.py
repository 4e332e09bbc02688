"""Word vectors in the formats that are published."""

import numpy as np
import pytest

from dreamkit import load_vectors


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
