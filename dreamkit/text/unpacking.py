"""The text in what published word vectors are packed in, or a sentence that says what it is."""

import bz2
import gzip
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

from .tokens import some

DEEP = 4  # a .tar.gz in a .zip is packed three times
OPENED: dict[bytes, Any] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\0": lzma.open,
    b"]\0\0": lzma.open,
}
UNPACK = "Unpack it, and give the file of vectors in it."
PICKLE = (
    "a pickle, as gensim's save() and PyTorch write",
    'Load it there, and save its vectors as text (gensim: save_word2vec_format("vectors.txt")).',
)
NUMPY = "NumPy's arrays, without words", "Write a word and its numbers on each line of a text."
WORD2VEC = (
    "not text, or in binary word2vec format",
    "Save it as text (gensim: KeyedVectors.load_word2vec_format(path, binary=True), then "
    'save_word2vec_format("vectors.txt", binary=False)).',
)
# What else is offered as word vectors, by its first bytes.
KINDS = {
    b"7z\xbc\xaf\x27\x1c": ("a 7-Zip archive", UNPACK),
    b"Rar!\x1a\x07": ("a RAR archive", UNPACK),
    b"\x28\xb5\x2f\xfd": ("an archive by Zstandard", UNPACK),
    b"\x04\x22\x4d\x18": ("an archive by LZ4", UNPACK),
    b"\x1f\x9d": ("an archive by compress (.Z)", UNPACK),
    b"\x80": PICKLE,
    b"\x93NUMPY": NUMPY,
    b"\xba\x16O/": ("a model of fastText", "Take the .vec file that is published beside it."),
    b"\x89HDF": ("an HDF5 file", "Save the vectors in it as text."),
    b"SQLite format 3": ("a database (SQLite)", "Save the vectors in it as text."),
    b"\xff\xfe": ("text in UTF-16", "Save it as UTF-8."),
    b"\xfe\xff": ("text in UTF-16", "Save it as UTF-8."),
    b"<!doctype html": ("a web page", "Download the file that the page offers."),
    b"<html": ("a web page", "Download the file that the page offers."),
    b"version https://git-lfs": ("a pointer of Git LFS", "Fetch the file: git lfs pull."),
}


@contextmanager
def unpacked(path: Path) -> Iterator[IO[bytes]]:
    """The text in a file, whatever it is packed in; ValueError where there is none, or several."""
    try:
        with ExitStack() as stack:
            file: Any = stack.enter_context(path.open("rb"))
            for _ in range(DEEP):
                start = file.read(512)
                file.seek(0)
                if start[257:262] == b"ustar":
                    tar = stack.enter_context(tarfile.open(fileobj=file))
                    names = [member.name for member in tar.getmembers() if member.isfile()]
                    file = tar.extractfile(_only(path, names))
                elif start[:4] in (b"PK\3\4", b"PK\5\6"):
                    archive = stack.enter_context(zipfile.ZipFile(file))
                    name = _only(path, archive.namelist())
                    if archive.getinfo(name).flag_bits & 1:
                        raise ValueError(f"{path} is locked by a password. {UNPACK}")
                    file = stack.enter_context(archive.open(name))
                elif kind := next(filter(start.startswith, OPENED), None):
                    file = stack.enter_context(OPENED[kind](file))
                else:
                    _check(path, start)
                    yield file
                    return
            raise ValueError(f"{path} is packed more than {DEEP - 1} times. {UNPACK}")
    except UnicodeDecodeError as error:
        what, advice = WORD2VEC if min(start) < 9 else ("not UTF-8 text", "Save it as UTF-8.")
        raise ValueError(f"{path} is {what}. {advice}") from error
    except (EOFError, OSError, zlib.error, lzma.LZMAError, zipfile.BadZipFile) as error:
        if getattr(error, "errno", None):  # it is the disk that fails
            raise
        raise ValueError(f"{path} is cut short or damaged ({error}).") from error
    except (tarfile.TarError, NotImplementedError) as error:
        raise ValueError(f"{path} could not be unpacked ({error}). {UNPACK}") from error


def _only(path: Path, names: Sequence[str]) -> str:
    """The one file of an archive; ValueError for none or several, which it names."""
    # but for folders, and what macOS adds: __MACOSX/._vectors.txt
    files = [name for name in names if name.rpartition("/")[2][:1] not in ("", ".")]
    for ending, (what, advice) in {".npy": NUMPY, "/data.pkl": PICKLE}.items():
        if any(name.endswith(ending) for name in files):
            raise ValueError(f"{path} is {what}. {advice}")
    if len(files) != 1:
        named = f": {some(files)}" if files else ""
        raise ValueError(f"{path} is an archive of {len(files)} files{named}. {UNPACK}")
    return files[0]


def _check(path: Path, start: bytes) -> None:
    """Raise ValueError for what is no text, by how it begins."""
    for kind, (what, advice) in KINDS.items():
        if start.lower().startswith(kind.lower()):
            raise ValueError(f"{path} is {what}. {advice}")
