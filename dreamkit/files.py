"""Files that are written whole or not at all, and models that older Keras reads too."""

import json
import os
import re
import shutil
import tempfile
import time
import unicodedata
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import IO, Any

from .arguments import as_path, warn

PART = ".dreamkit-"  # what a file is called before it is whole
ENDING = 20  # letters of its name that it ends in: libraries look there
LONGEST = 255  # bytes of a name, on nearly every disk
DAY = 24 * 60 * 60  # seconds
WINDOWS = os.name == "nt"
# What Windows takes for something else than a part of a name, and halves of letters; its devices.
ODD = re.compile(r'[<>:"/\\|?*\x00-\x1f\ud800-\udfff]')
DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)", re.IGNORECASE)
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
def whole_file(path: str | Path) -> Iterator[IO[bytes]]:
    """A file under another name beside ``path``, moved there once all of it is written.

    Write to it, or have a library write to its ``name``, which ends as ``path`` does. If anything
    goes wrong an older file stays as it was. What a killed process left goes when a day old.
    """
    path = as_path(path)
    _check_name(path.name)
    if not path.parent.is_dir():
        raise FileNotFoundError(f"There is no folder {path.parent}. Make it, or choose another.")
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder. Give the file another name.")
    for left in path.parent.glob(f"{PART}*"):
        with suppress(OSError):  # somebody else's, or gone by now
            if time.time() - left.stat().st_mtime > DAY:
                left.unlink()
    part = path.with_name(f"{PART}{uuid.uuid4().hex}-{ODD.sub('_', path.name[-ENDING:])}")
    try:
        file = part.open("xb")
    except OSError as error:
        raise PermissionError(
            f"The folder {path.parent} can't be written to ({error.strerror}). Choose another."
        ) from error
    try:
        with file:
            yield file
        _put(part, path)
    except OSError as error:
        if error.errno and error.filename in (None, str(part)):
            error.filename = str(path)
        raise
    finally:
        with suppress(OSError):  # moved; or, on Windows, held open: then it goes when a day old
            part.unlink()


def write_whole(path: str | Path, content: str | bytes) -> Path:
    """Write a text, as UTF-8, or bytes by ``whole_file``; return the path."""
    with whole_file(path) as file:
        file.write(content.encode() if isinstance(content, str) else content)
    return as_path(path)


def made_folder(path: str | Path) -> Path:
    """A folder, made unless it is there; OSError, which says why, where it can't be."""
    folder = as_path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = error.strerror
        raise type(error)(f"No folder can be {folder} ({why}). Choose another.") from error
    return folder


def unused(path: str | Path, *beside: str) -> Path:
    """The path, or one with a number where there is such a file: nothing replaces another.

    Nor does what is written ``beside`` it, under other endings. Its name is ``portable``, short
    enough, and no other's in capitals, which Windows would mix up.
    """
    path = Path(os.path.expanduser(path))
    path = path.with_name(portable(path.name))
    there = {_alike(name) for name in os.listdir(path.parent)} if path.parent.is_dir() else set()
    for number in count(1):
        ending = f"-{number}{path.suffix}" if number > 1 else path.suffix
        name = _cut(path.stem, LONGEST - len(os.fsencode(ending))) + ending
        names = name, *(str(Path(name).with_suffix(each)) for each in beside)
        if there.isdisjoint(map(_alike, names)):
            break
    return path.with_name(name)


def portable(name: str) -> str:
    """A name for a file that Windows, macOS and Linux take: what one of them refuses is ``_``."""
    name = re.sub(r"[ .]+$", "", ODD.sub("_", name))
    return f"_{name}" if not name or DEVICES.match(name) else name


def _check_name(name: str) -> None:
    """Say what Windows makes of a name: a device, or another file; there, refuse it."""
    if (fit := portable(name)) == name:
        return
    told = f"On Windows no file can be called {name!r}. Call it {fit!r}, say"
    if WINDOWS:
        raise ValueError(f"{told}.")
    warn(f"{told}, if it may be opened there.")


def _alike(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _cut(text: str, length: int) -> str:
    """As much of a text as has so many bytes."""
    return os.fsencode(text)[: max(0, length)].decode(errors="ignore")


def _put(part: Path, path: Path) -> None:
    """Give a whole file its name, or, where the older one is held fast, a name with a number."""
    for pause in (0.1, 0.4, 0):  # on Windows, a scanner of viruses may be reading the older one
        try:
            part.replace(path)
            return
        except OSError as error:
            problem = error
            time.sleep(pause)
    kept = unused(path)
    part.replace(kept)
    raise PermissionError(
        f"{path} can't be replaced ({problem.strerror}). Is it open in another program? What was "
        f"to be written is in {kept}."
    ) from problem


def save_model(model: Any, path: str | Path) -> Path:
    """Write a model to a ``.keras`` file that Keras 3.13 and later can load.

    Settings younger than Keras 3.13 are left out where they have their default.
    """
    with whole_file(path := keras_path(path)) as file:
        write_model(model, file)
    return path


def keras_path(path: str | Path) -> Path:
    """The path of a model's file; ValueError for another ending."""
    path = as_path(path)
    if path.suffix != ".keras":
        raise ValueError(f"Give a name such as mine.keras, that ends in .keras, got {path.name!r}.")
    return path


def write_model(model: Any, file: IO[bytes]) -> None:
    """Write a model into a file that is open, see ``save_model``."""
    with tempfile.TemporaryDirectory() as folder:
        model.save(written := Path(folder) / "model.keras")
        with zipfile.ZipFile(written) as old, zipfile.ZipFile(file, "w") as new:
            for member in old.infolist():
                if member.filename == "config.json":
                    new.writestr(member, json.dumps(_without_newer(json.loads(old.read(member)))))
                    continue
                with old.open(member) as source, new.open(member, "w") as target:
                    shutil.copyfileobj(source, target)
    file.flush()


def load_model(path: Path, compile: bool = False) -> Any:
    """A model from a ``.keras`` file, in Keras's safe mode; ValueError for what holds none."""
    import keras  # takes seconds, and most files are no models

    try:
        return keras.models.load_model(path, compile=compile, safe_mode=True)
    except Exception as error:  # each kind of damage has an error of its own
        raise ValueError(
            f"{path} could not be read as a Keras model; it may be cut short, damaged or of "
            f"another kind. Copy or download it again. Keras says: {error}"
        ) from error


def load_json(path: Path) -> dict[str, Any]:
    """A dictionary from a JSON file; ValueError for what holds none."""
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is cut short or damaged ({error}).") from error
    if not isinstance(facts, dict):
        raise ValueError(f"{path} holds no names and values.")
    return facts


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
