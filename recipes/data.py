"""Published data sets, read straight from their archives.

Where these lie, or are downloaded to, is for ``dreamkit.datasets`` to say.
"""

import gzip
import io
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from dreamkit.arguments import among
from dreamkit.datasets import PUBLISHED, data_file

SAMPLE = re.compile(r"/(n\d{8})_([^/]+)\.jpe?g$", re.IGNORECASE)  # WordNet id and name


def imagenet_samples(side: int = 256) -> tuple[np.ndarray, list[str], list[str]]:
    """One picture of each of ImageNet's 1,000 classes, read straight from the published zip.

    Parameters
    ----------
    side : int
        Pixels. A picture's short side is brought to it, and the middle cut out.

    Returns
    -------
    pictures : numpy.ndarray, uint8, shape (1000, side, side, 3), RGB
        In the order of the classes.
    wnids : list of str
        The WordNet id of each class.
    names : list of str
        An English name for each class. A few are there twice: a crane is a bird and a machine.

    Raises
    ------
    ValueError
        For a damaged zip.
    OSError
        When the zip is not there and cannot be downloaded.

    Notes
    -----
    A selection by Eli Schwartz. Networks trained on ImageNet may have been trained on some of it.

    Examples
    --------
    >>> from recipes.data import imagenet_samples
    >>> # The first call downloads the zip, the pictures in full size.
    >>> pictures, wnids, names = imagenet_samples()  # doctest: +SKIP
    >>> wnids[281], names[281]  # doctest: +SKIP
    ('n02123045', 'tabby')
    """
    with _opened("imagenet-sample-images.zip") as archive:
        found = sorted(filter(None, map(SAMPLE.search, archive.namelist())), key=lambda m: m[1])
        if not found:
            raise zipfile.BadZipFile("it holds no pictures of classes")
        pictures = np.empty((len(found), side, side, 3), "uint8")
        for picture, match in zip(pictures, found, strict=True):
            image = Image.open(io.BytesIO(archive.read(match.string))).convert("RGB")
            picture[:] = ImageOps.fit(image, (side, side), Image.Resampling.BICUBIC)
    return pictures, [m[1] for m in found], [m[2].replace("_", " ") for m in found]


def tiny_imagenet_ids() -> list[str]:
    """WordNet ids of Tiny ImageNet's 200 classes, sorted: the order of its labels.

    Examples
    --------
    >>> from recipes.data import tiny_imagenet_ids
    >>> # The first call downloads 250 MB.
    >>> tiny_imagenet_ids()[:2]  # doctest: +SKIP
    ['n01443537', 'n01629819']
    """
    with _opened("tiny-imagenet-200.zip") as archive:
        return sorted(archive.read("tiny-imagenet-200/wnids.txt").decode().split())


def tiny_imagenet(
    split: str, classes: Sequence[str] | None = None
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Pictures and labels of Tiny ImageNet, read straight from the published zip.

    Parameters
    ----------
    split : {"train", "val"}
    classes : sequence of str, optional
        WordNet ids to keep, in the order of the labels. Default: all 200, sorted.

    Returns
    -------
    pictures : numpy.ndarray, uint8, shape (n, 64, 64, 3), RGB
    labels : numpy.ndarray, int32, shape (n,), positions in ``classes``
    names : list of str
        An English name for each class.

    Raises
    ------
    ValueError
        For another split, an id that is not in the data set, or a damaged zip.
    OSError
        When the zip is not there and cannot be downloaded.

    Notes
    -----
    Stanford CS231N's 64 by 64 subset of ImageNet: 200 classes, up to 500 training and 50
    validation pictures of each.

    Examples
    --------
    >>> from recipes.data import tiny_imagenet
    >>> # The first call downloads 250 MB.
    >>> pictures, labels, names = tiny_imagenet("val", ["n02123045"])  # doctest: +SKIP
    >>> pictures.shape, names  # doctest: +SKIP
    ((50, 64, 64, 3), ['tabby'])
    """
    among("split", split, ("train", "val"))
    root = "tiny-imagenet-200"
    with _opened(f"{root}.zip") as archive:

        def lines(name: str) -> list[str]:
            return archive.read(f"{root}/{name}").decode().splitlines()

        wnids = sorted(lines("wnids.txt"))
        classes = wnids if classes is None else list(classes)
        if not classes or (unknown := sorted(set(classes) - set(wnids))):
            raise ValueError(
                f"classes must be among the data set's WordNet ids, {wnids[0]} to {wnids[-1]}, "
                f"got {', '.join(unknown) if classes else 'none'}."
            )
        label_of = {wnid: label for label, wnid in enumerate(classes)}
        words = dict(line.split("\t", 1) for line in lines("words.txt"))
        if split == "train":
            photos = (n for n in archive.namelist() if n.startswith(f"{root}/train/"))
            wnid_of = {name: name.split("/")[2] for name in photos if name.endswith(".JPEG")}
        else:
            rows = (line.split("\t") for line in lines("val/val_annotations.txt"))
            wnid_of = {f"{root}/val/images/{row[0]}": row[1] for row in rows}
        kept = [(name, label_of[wnid]) for name, wnid in wnid_of.items() if wnid in label_of]
        if not kept:
            raise zipfile.BadZipFile(f"it holds no {split} pictures of these classes")
        pictures = np.empty((len(kept), 64, 64, 3), "uint8")
        for picture, (name, _) in zip(pictures, kept, strict=True):
            picture[:] = Image.open(io.BytesIO(archive.read(name))).convert("RGB")
    labels = np.array([label for _, label in kept], "int32")
    return pictures, labels, [words[wnid].split(",")[0] for wnid in classes]


def imdb(split: str) -> tuple[list[str], np.ndarray]:
    """Film reviews of the Large Movie Review Dataset, read straight from the published archive.

    Parameters
    ----------
    split : {"train", "test"}

    Returns
    -------
    texts : list of str, 25,000 of them
    labels : numpy.ndarray, int32, shape (25000,), 1 for positive and 0 for negative

    Raises
    ------
    ValueError
        For another split, or a damaged archive.
    OSError
        When the archive is not there and cannot be downloaded.

    Notes
    -----
    Maas et al., "Learning Word Vectors for Sentiment Analysis" (2011).

    Examples
    --------
    >>> from recipes.data import imdb
    >>> # The first call downloads 84 MB.
    >>> texts, labels = imdb("test")  # doctest: +SKIP
    """
    among("split", split, ("train", "test"))
    path = data_file("aclImdb_v1.tar.gz")
    found = {}
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                folder, _, name = member.name.rpartition("/")
                if member.isfile() and folder.endswith((f"{split}/pos", f"{split}/neg")):
                    file = archive.extractfile(member)
                    assert file is not None  # it is a file
                    found[f"{folder[-3:]}/{name}"] = file.read().decode("utf-8")
        if not found:
            raise tarfile.ReadError(f"it holds no {split} reviews")
    except (tarfile.TarError, zlib.error, EOFError, gzip.BadGzipFile, UnicodeDecodeError) as error:
        raise _damaged(path, error) from error
    names = sorted(found)
    labels = np.array([name.startswith("pos") for name in names], "int32")
    return [found[name] for name in names], labels


def _damaged(path: Path, error: Exception) -> ValueError:
    return ValueError(
        f"{path} is damaged or incomplete: {error!r}. Delete it, and it is downloaded again "
        f"from {PUBLISHED[path.name]}."
    )


@contextmanager
def _opened(name: str) -> Iterator[zipfile.ZipFile]:
    """A published zip; whatever turns out to be wrong with it is one clear error."""
    path = data_file(name)
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError) as error:
        raise _damaged(path, error) from error
