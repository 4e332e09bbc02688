"""Word vectors in the formats that are published."""

import bz2
import gzip
import io
import lzma
import pickle
import tarfile
import zipfile

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


TEXT = GLOVE.encode()


def as_tar(mode, files):
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode=mode) as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return held.getvalue()


def as_zip(files, method=zipfile.ZIP_DEFLATED):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return held.getvalue()


@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(TEXT),
        bz2.compress(TEXT),
        lzma.compress(TEXT),
        lzma.compress(TEXT, format=lzma.FORMAT_ALONE),
        as_zip({"v.txt": TEXT}),
        as_zip({"v/": b"", "v/v.txt": TEXT, "__MACOSX/v/._v.txt": b"x", "v/.DS_Store": b"x"}),
        as_zip({"v.txt.gz": gzip.compress(TEXT)}),
        as_zip({"v.tgz": as_tar("w:gz", {"v.txt": TEXT})}),
        as_tar("w", {"./v.txt": TEXT}),
        as_tar("w:gz", {"v.txt": TEXT}),
        as_tar("w:xz", {"v.txt": TEXT}),
    ],
    ids=range(11),  # there are times in them
)
def test_one_file_is_read_out_of_what_it_is_packed_in(tmp_path, packed):
    path = tmp_path / "vectors"
    path.write_bytes(packed)
    found = load_vectors(path)
    assert found.vocabulary.words == ("the", "film", "naïve")
    np.testing.assert_allclose(found.vectors[0], [0.1, -2, 0.3], rtol=1e-6)


def locked(data):
    """A .zip whose one file is said to be encrypted."""
    data = bytearray(data)
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    return bytes(data)


def npz():
    held = io.BytesIO()
    np.savez(held, one=np.ones(2), other=np.ones(3))
    return held.getvalue()


MANY = as_zip({f"glove.6B.{size}d.txt": TEXT for size in (50, 100, 200, 300)})
RANDOM = np.random.default_rng(0).normal(size=60).astype("<f4").tobytes()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (MANY, "archive of 4 files: glove.6B.50d.txt, .*300d.txt. Unpack it"),
        (as_tar("w:gz", {"v.txt": TEXT, "README": b""}), "2 files: v.txt, README. Unpack"),
        (as_zip({}), "archive of 0 files. Unpack"),
        (locked(as_zip({"v.txt": TEXT})), "locked by a password. Unpack"),
        (as_zip({"a": as_zip({"b": as_zip({"c": as_zip({"d": TEXT})})})}), "more than 3 times"),
        (as_zip({"v.txt": TEXT})[:-30], "cut short or damaged"),
        (as_zip({"v.txt": TEXT}, zipfile.ZIP_STORED).replace(b"film", b"filn"), "Bad CRC-32"),
        (bz2.compress(TEXT)[:-9], "cut short or damaged"),
        (lzma.compress(TEXT)[:-9], "cut short or damaged"),
        (as_tar("w:gz", {"v.txt": TEXT * 99})[:-40], "cut short or damaged"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "is a 7-Zip archive. Unpack"),
        (b"Rar!\x1a\x07\x01\0", "is a RAR archive. Unpack"),
        (b"\x28\xb5\x2f\xfd", "Zstandard"),
        (npz(), "NumPy's arrays, without words"),
        (pickle.dumps({"good": [1, 2]}, 4), "is a pickle, as gensim.*save_word2vec_format"),
        (as_zip({"m/data.pkl": b"x", "m/version": b"3"}), "is a pickle, as .* PyTorch"),
        (b"\xba\x16O/\x0c\0\0\0", "is a model of fastText. Take the .vec"),
        (b"\x89HDF\r\n\x1a\n", "is an HDF5 file"),
        (b"2 30\ngood " + RANDOM, "binary word2vec format. .*binary=False"),
        (gzip.compress(b"2 30\ngood " + RANDOM), "binary word2vec format"),
        (GLOVE.encode("utf-16"), "text in UTF-16. Save it as UTF-8"),
        (GLOVE.encode("cp1252"), "is not UTF-8 text. Save it as UTF-8"),
        (b"<!DOCTYPE HTML>\n<html>", "is a web page. Download"),
        (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        (gzip.compress(b"\0" * 2_000_000), "line 1 is too long"),
        (b"good,0.5,1\nbad,-1,1\n", "'good,0.5,1'. Put spaces in place of the commas"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_what_is_no_text_is_named_for_what_it_is(tmp_path, data, message):
    path = tmp_path / "vectors"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=message):
        load_vectors(path)


def test_a_word_with_a_sign_that_is_none_and_a_tag_are_words(written):
    text = "\0 1 2\n<unk> 1 2\n</s> 1 2\na\u2028b 1 2\n. . . 1 2\n"
    words = load_vectors(written(text)).vocabulary.words
    assert words == ("\0", "<unk>", "</s>", "a\u2028b", ". . .")


def test_a_folder_is_told_from_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match="is a folder. Give the file in it"):
        load_vectors(tmp_path)


def test_more_than_fits_into_memory_is_refused(written, monkeypatch):
    path = written("".join(f"w{n} 1 2\n" for n in range(10_000)))
    assert len(load_vectors(path).vectors) == 10_000
    monkeypatch.setattr("dreamkit.text.vectors.free_memory", lambda: 79_999)
    with pytest.raises(
        ValueError, match="than there is memory for. Read only the first: most=5000"
    ):
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
    with pytest.warns(UserWarning, match="'the' again; left out. So are 2 others.") as said:
        load_vectors(written(GLOVE + GLOVE))
    assert [each.category for each in said].count(UserWarning) == 1


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
