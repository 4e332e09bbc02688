"""Files that are written whole or not at all, and models that older Keras reads too."""

import json
import os
import shutil
import tempfile
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

# Keras 3.14 and 3.15 write these even where they change nothing, and 3.13 refuses what it does
# not know.
NEWER = {
    "input_axes": None,
    "output_axes": None,
    "renorm": False,
    "renorm_clipping": None,
    "renorm_momentum": 0.99,
}


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file under another name beside ``path``, moved there once all of it is written.

    Raises
    ------
    FileNotFoundError, IsADirectoryError, PermissionError
        The folder is not there, ``path`` is itself a folder, or no file can be made beside it.
    """
    if not path.parent.is_dir():
        raise FileNotFoundError(f"There is no folder {path.parent}. Make it, or choose another.")
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder. Give the file another name.")
    temporary = path.with_name(f".dreamkit-{uuid.uuid4().hex}")
    try:
        file = temporary.open("xb")
    except OSError as error:
        raise PermissionError(
            f"The folder {path.parent} can't be written to ({error.strerror}). Choose another."
        ) from error
    try:
        with file:
            yield file
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def save_model(model: Any, path: str | Path) -> Path:
    """Write a model to a ``.keras`` file that Keras 3.13 and later can load.

    Parameters
    ----------
    model : keras.Model
    path : str or path
        A name that ends in ``.keras``, in a folder that is there.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    ValueError
        For another ending.
    FileNotFoundError
        When the folder is not there.

    Notes
    -----
    Settings younger than Keras 3.13 are left out where they have their default. A file that was
    there before is replaced only when the new one is whole.

    Examples
    --------
    >>> save_model(net.model, "mine.keras")  # doctest: +SKIP
    PosixPath('mine.keras')
    """
    path = Path(path)
    if path.suffix != ".keras":
        raise ValueError(f"Give the file a name that ends in .keras, got {path.name!r}.")
    if not path.parent.is_dir():
        raise FileNotFoundError(
            f"There is no folder {path.parent}. Make it first, or choose another."
        )
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        written, portable = Path(folder) / "written.keras", Path(folder) / "portable.keras"
        model.save(written)
        with zipfile.ZipFile(written) as old, zipfile.ZipFile(portable, "w") as new:
            for member in old.infolist():
                if member.filename == "config.json":
                    new.writestr(member, json.dumps(_without_newer(json.loads(old.read(member)))))
                    continue
                with old.open(member) as source, new.open(member, "w") as target:
                    shutil.copyfileobj(source, target)
        os.replace(portable, path)
    return path


def _without_newer(config: Any) -> Any:
    if isinstance(config, list):
        return [_without_newer(item) for item in config]
    if not isinstance(config, dict):
        return config
    return {
        key: _without_newer(value)
        for key, value in config.items()
        if key not in NEWER or value != NEWER[key]
    }
