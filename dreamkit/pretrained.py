"""Where weights come from: bundled, downloaded, or a file of your own."""

import hashlib
import json
import os
import shutil
import sys
import urllib.request
from contextlib import AbstractContextManager, nullcontext
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

from .arguments import as_path, did_you_mean, warn
from .files import keras_path, load_json, whole_file, write_model, write_whole
from .missing import DISTRIBUTION

WEIGHTS = Path(__file__).with_name("weights")
TIMEOUT = 30  # seconds without a sign of life from the server


def home() -> Path:
    """Where downloads are kept: ``DREAMKIT_HOME``, or ``~/.cache/dreamkit``. It need not exist."""
    return as_path(os.environ.get("DREAMKIT_HOME") or "~/.cache/dreamkit")


def fetch(name: str, url: str, sha256: str | None = None, folder: Path | None = None) -> Path:
    """Path of a file in a folder, by default ``home() / "weights"``; downloaded if need be.

    What is there with another hash is downloaded again, with a warning. A download gets its name
    when it is whole and its hash is right: if it fails, what was there before stays as it was.
    """
    folder = folder or home() / "weights"
    path = folder / name
    try:
        if path.is_file():
            if sha256 is None or digest(path) == sha256.lower():
                return path
            warn(f"{path} is damaged or cut short (its hash is wrong): downloading it again.")
        folder.mkdir(parents=True, exist_ok=True)
        _download(url, path, sha256)
    except (OSError, HTTPException) as error:
        if isinstance(error, HTTPError):
            error.close()  # it is the server's answer too, and holds the connection
        raise OSError(
            f"{name} could not be downloaded: {error}. Try again later, or get {url} in another "
            f"way and put it in {folder} as {name}. DREAMKIT_HOME chooses another place."
        ) from error
    return path


def _download(url: str, path: Path, sha256: str | None) -> None:
    # The file is opened first: a folder that cannot be written to costs no download.
    with whole_file(path) as file, urllib.request.urlopen(url, timeout=TIMEOUT) as response:
        with _watched(response, path.name) as stream:
            shutil.copyfileobj(stream, file)
        # What is left of Content-Length; None where the server sent none.
        if response.length:
            raise OSError(f"cut short after {file.tell():,} bytes, {response.length:,} missing")
        file.flush()
        if sha256 is not None and (got := digest(Path(file.name))) != sha256.lower():
            raise OSError(f"its hash should be {sha256} and is {got}")


def digest(path: Path) -> str:
    """SHA-256 of a file, 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _watched(response: HTTPResponse, name: str) -> AbstractContextManager[Any]:
    """The response, with a progress bar if tqdm is installed and somebody is there to see it."""
    if "ipykernel" not in sys.modules and not (sys.stderr and sys.stderr.isatty()):
        return nullcontext(response)
    try:
        from tqdm.auto import tqdm  # in a notebook a widget: on stderr it would be red
    except ImportError:
        return nullcontext(response)
    watched: AbstractContextManager[Any]
    watched = tqdm.wrapattr(response, "read", total=response.length, desc=name)
    return watched


def card(name: str) -> dict[str, Any]:
    """What is known of a bundled checkpoint: how it was made, its scores, size and SHA-256.

    Parameters
    ----------
    name : str
        Of a network, a classifier, a writer or an atlas: "dreamnet", "imdb", "dreamnet_atlas".

    Returns
    -------
    dict
        The JSON beside the weights file.

    Raises
    ------
    ValueError
        For a name that is not bundled; lists those that are.

    Examples
    --------
    >>> dk.card("dreamnet")["file"]
    'dreamnet.keras'

    Taught in lessons 00, 03, 04, 06 and 07.
    """
    return _card(name)


def _card(name: Any, kind: str = "") -> dict[str, Any]:
    """The card of a bundled name; an error lists those whose cards tell of a kind."""
    cards = {path.stem: path for path in sorted(WEIGHTS.glob("*.json"))}
    if isinstance(name, str) and name in cards:
        return load_json(cards[name])
    names = [each for each, path in cards.items() if not kind or kind in load_json(path)]
    raise ValueError(
        f"There is no bundled {name!r}. Bundled: {', '.join(names) or 'none'}."
        + did_you_mean(name, names)
    )


def checkpoint(name: str | os.PathLike[str], kind: str = "") -> tuple[Path, dict[str, Any]]:
    """A bundled file of weights, or a ``.keras`` file of one's own, and the card beside it.

    FileNotFoundError where one of the two is missing; ValueError for a name that is not bundled,
    which lists those whose cards tell of a ``kind``, and for a file whose SHA-256 is not the one on
    its card.
    """
    path = as_path(name)
    if path.suffix == ".keras":
        beside = path.with_suffix(".json")
        for file in (path, beside):
            if not file.is_file():
                raise FileNotFoundError(
                    f"There is no file {file}. A checkpoint and its card go together."
                )
        facts = load_json(beside)
        if facts.get("sha256", found := digest(path)) != found:
            raise ValueError(
                f"{path} is not the file that its card {beside.name} tells of (another SHA-256): "
                "one is damaged, or of another network. Put back both, or save again."
            )
        return path, facts
    if path.is_file() or len(path.parts) > 1:
        raise ValueError(
            f"{name} is no .keras file. A checkpoint is one, with its card (.json) beside it, as "
            "save() writes both."
        )
    facts = _card(str(name), kind)
    path = WEIGHTS / facts["file"]
    if not path.is_file() or digest(path) != facts["sha256"]:
        raise ValueError(
            f"{path} is missing or damaged: expected the SHA-256 on its card, {facts['sha256']}. "
            f"Install {DISTRIBUTION} again."
        )
    return path, facts


def save_checkpoint(model: Any, path: str | Path, /, **facts: Any) -> Path:
    """Write a model, see ``save_model``, and beside it its card: both or neither; the card's path.

    ValueError, before anything is written, where a file that is no card of a model has its name.
    """
    path = keras_path(path)
    beside = path.with_suffix(".json")
    if beside.is_file() and not _is_card(beside):
        raise ValueError(
            f"{beside} is another program's, or cut short: the card that belongs to {path.name} "
            "would be written over it. Choose another name, or move that file away."
        )
    with whole_file(beside) as card, whole_file(path) as file:
        write_model(model, file)
        card.write(_described(Path(file.name), facts | {"file": path.name}))
        card.flush()
    return beside


def write_card(path: str | Path, **facts: Any) -> Path:
    """Write the card of a weights file beside it, with its name, size and SHA-256 filled in."""
    path = as_path(path)
    card = _described(path, facts | {"file": path.name})
    return write_whole(path.with_suffix(".json"), card)


def _described(file: Path, facts: dict[str, Any]) -> bytes:
    """What is written on the card of a file."""
    facts |= {"bytes": file.stat().st_size, "sha256": digest(file)}
    try:
        text = json.dumps(facts, indent=2, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"A card holds texts, finite numbers, lists of them: {error}.") from error
    return f"{text}\n".encode(errors="backslashreplace")  # half an emoji, as JSON spells it


def _is_card(path: Path) -> bool:
    """Whether a file is the card of a ``.keras`` file."""
    try:
        facts = load_json(path)
    except ValueError:
        return False
    return {"bytes", "sha256"} <= facts.keys() and str(facts.get("file")).endswith(".keras")
