"""A sentence dream as files that the TensorBoard Embedding Projector opens."""

from pathlib import Path

import numpy as np

from ..arguments import of_kind
from ..files import made_folder, write_whole
from .dream import SentenceDream
from .neighbours import telling_words

CONFIG = """embeddings {
  tensor_name: "sentence dream"
  tensor_path: "vectors.tsv"
  metadata_path: "labels.tsv"
}
"""
CONFIGURED = "projector_config.pbtxt"


def export_projector(dream: SentenceDream, folder: str | Path, words: int = 500) -> Path:
    """Write the vectors of a dream's steps among those of telling words, labels, and a config.

    Open them with ``tensorboard --logdir FOLDER`` (the *Projector* tab), or load the two ``.tsv``
    files at projector.tensorflow.org.

    Parameters
    ----------
    dream : SentenceDream
    folder : str or path
        Made if need be; three files are written into it, over those of an earlier dream.
    words : int
        How many positive words, and how many negative.

    Returns
    -------
    pathlib.Path
        The folder. ``labels.tsv`` has the columns "word" and "kind" ("positive", "negative",
        "step"); the steps are named step_1, step_2 and so on.

    Raises
    ------
    OSError
        When the folder cannot be written to.
    ValueError
        When there are files of these names that this function has not written.

    Examples
    --------
    >>> dream = dk.dream_sentence("I hate this.", "imdb")
    >>> sorted(path.name for path in dk.export_projector(dream, "projector").iterdir())
    ['labels.tsv', 'projector_config.pbtxt', 'vectors.tsv']

    Taught in lesson 03.
    """
    of_kind("dream", dream, SentenceDream, "dream_sentence gives one, or a list of them.")
    names, kinds, vectors = telling_words(dream.classifier, words)
    folder = made_folder(folder)
    config, *tables = (folder / name for name in (CONFIGURED, "vectors.tsv", "labels.tsv"))
    ours = config.is_file() and config.read_bytes() == CONFIG.encode()
    for file in (config, *tables):
        if file.exists() and not ours:
            raise ValueError(f"{file} is not this function's to write over. Choose a new folder.")
    write_whole(config, CONFIG)  # first: it says whose the others are
    steps = [f"step_{number}" for number in range(1, len(dream.vectors) + 1)]
    written = [" ".join(name.split()) for name in names]  # a tab would begin the next column
    labels = [*zip(written, kinds, strict=True), *((step, "step") for step in steps)]
    rows = np.concatenate([vectors, dream.vectors])
    text = "".join("\t".join(f"{value:.6g}" for value in row) + "\n" for row in rows)
    write_whole(tables[0], text)
    lines = ["word\tkind", *("\t".join(label) for label in labels)]
    write_whole(tables[1], "\n".join(lines) + "\n")
    return folder
