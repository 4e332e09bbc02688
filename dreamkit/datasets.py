"""Where data comes from: published files, found or downloaded."""

import os
from pathlib import Path

from .arguments import among, as_path
from .pretrained import fetch, home

# None of the five is published with a hash, so a download is checked for its length alone.
PUBLISHED = {
    "imagenet-sample-images.zip": (
        "https://github.com/EliSchwartz/imagenet-sample-images/archive/refs/heads/master.zip"
    ),
    "tiny-imagenet-200.zip": "http://cs231n.stanford.edu/tiny-imagenet-200.zip",
    "aclImdb_v1.tar.gz": "https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz",
    "nietzsche.txt": "https://s3.amazonaws.com/text-datasets/nietzsche.txt",
    "shakespeare.txt": (
        "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt"
    ),
}


def data_file(name: str) -> Path:
    """Path of a published data file: in ``DREAMKIT_DATA``, else in ``DREAMKIT_HOME/data``.

    One that is in neither is downloaded into the second.
    """
    if found := on_disk(among("name", name, PUBLISHED)):
        return found
    try:
        return fetch(name, PUBLISHED[name], folder=home() / "data")
    except OSError as error:
        raise OSError(f"{error} DREAMKIT_DATA may name a folder that already holds it.") from error


def folders() -> list[Path]:
    """Where data files may lie: ``DREAMKIT_DATA``, if it is set, and ``DREAMKIT_HOME/data``."""
    own = os.environ.get("DREAMKIT_DATA")
    return [*([as_path(own)] if own else []), home() / "data"]


def on_disk(name: str) -> Path | None:
    """Path of a data file that need not be downloaded."""
    return next((path for folder in folders() if (path := folder / name).is_file()), None)
