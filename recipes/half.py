"""Weights in half precision: three digits, in half the room."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from dreamkit.files import whole_file
from dreamkit.pretrained import write_card

LARGEST = 65_504  # of the numbers in half precision


def halved(path: Path) -> Path:
    """Bring the weights in a ``.keras`` file to half precision; its card, if any, is put right.

    Keras casts as it reads: they load as float32.

    Raises
    ------
    ValueError
        For a weight above 65,504, which half precision does not reach.
    """
    old = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    with whole_file(path) as file, zipfile.ZipFile(file, "w") as new:
        for member in old.infolist():
            content = old.read(member)
            weights = member.filename == "model.weights.h5"
            new.writestr(member, _halved(content) if weights else content)
    if (card := path.with_suffix(".json")).is_file():
        write_card(path, **json.loads(card.read_text(encoding="utf-8")))
    return path


def _halved(content: bytes) -> bytes:
    """A file of weights with every float32 array in half precision."""
    import h5py

    written = io.BytesIO()
    with h5py.File(io.BytesIO(content)) as old, h5py.File(written, "w") as new:

        def copy(name: str, item: Any) -> None:
            if isinstance(item, h5py.Group):
                made = new.create_group(name)
            else:
                made = new.create_dataset(name, data=_rounded(item[()]))
            made.attrs.update(item.attrs)

        old.visititems(copy)
    return written.getvalue()


def _rounded(array: Any) -> Any:
    if array.dtype != "float32":
        return array
    if array.size and abs(array).max() > LARGEST:
        raise ValueError(
            f"A weight is as large as {abs(array).max():,.0f}, and half precision ends at "
            f"{LARGEST:,}."
        )
    return array.astype("float16")
