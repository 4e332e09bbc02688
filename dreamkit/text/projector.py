"""A sentence dream as files that the TensorBoard Embedding Projector opens."""

from pathlib import Path

import numpy as np

from .dream import SentenceDream
from .neighbours import telling_words

CONFIG = """embeddings {
  tensor_name: "sentence dream"
  tensor_path: "vectors.tsv"
  metadata_path: "labels.tsv"
}
"""


def export_projector(dream: SentenceDream, folder: str | Path, words: int = 500) -> Path:
    """Write the vectors of a dream's steps among those of telling words, labels, and a config.

    Open them with ``tensorboard --logdir FOLDER`` (the *Projector* tab), or load the two ``.tsv``
    files at projector.tensorflow.org.

    Parameters
    ----------
    dream : SentenceDream
    folder : str or path
        Made if need be; three files are written into it.
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

    Examples
    --------
    >>> export_projector(dream_sentence("I hate this.", clf), "projector")  # doctest: +SKIP
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    names, kinds, vectors = telling_words(dream.classifier, words)
    steps = [f"step_{number}" for number in range(1, len(dream.vectors) + 1)]
    labels = [*zip(names, kinds, strict=True), *((step, "step") for step in steps)]
    rows = np.concatenate([vectors, dream.vectors])
    text = "".join("\t".join(f"{value:.6g}" for value in row) + "\n" for row in rows)
    (folder / "vectors.tsv").write_text(text, encoding="utf-8")
    lines = ["word\tkind", *("\t".join(label) for label in labels)]
    (folder / "labels.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "projector_config.pbtxt").write_text(CONFIG, encoding="utf-8")
    return folder
