"""Where weights come from: bundled, downloaded, or a file of your own."""

import hashlib
import json
import os
import shutil
import sys
import urllib.request
import warnings
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from http.client import HTTPException, HTTPResponse
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

from .arguments import as_path, did_you_mean
from .files import load_json, whole_file, write_whole
from .missing import DISTRIBUTION

WEIGHTS = Path(str(files(__package__))) / "weights"
TIMEOUT = 30  # seconds without a sign of life from the server
ALGORITHMS = {32: "md5", 64: "sha256"}  # by the number of hexadecimal digits


def home() -> Path:
    """Where downloads are kept: ``DREAMKIT_HOME``, or ``~/.cache/dreamkit``. It need not exist."""
    return Path(os.environ.get("DREAMKIT_HOME") or "~/.cache/dreamkit").expanduser()


def fetch(name: str, url: str, hash: str | None = None, folder: str | Path | None = None) -> Path:
    """Path of a file, downloaded if it is not there or is damaged.

    A file that is there with a wrong hash is downloaded again, with a warning. A download gets its
    name only when it is whole and its hash is right: if it fails or is interrupted nothing is left
    behind, and a file that was there before stays as it was.

    Parameters
    ----------
    name : str
        File name to keep it under.
    url : str
        Its published address, ``http://`` or ``https://``.
    hash : str, optional
        Its published SHA-256 (64 hexadecimal digits) or MD5 (32, as Keras publishes). Without
        one, a file that is there is taken as it is.
    folder : str or path, optional
        Default: ``home() / "weights"``.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    ValueError
        When ``hash`` is neither a SHA-256 nor an MD5.
    OSError
        When the file cannot be had: no network, a refusal, a wrong hash, a download cut short, a
        folder that cannot be written to. Names the file, its address and the folder to put it in.

    Examples
    --------
    >>> from dreamkit.pretrained import fetch
    >>> # The first call downloads the file.
    >>> fetch("shakespeare.txt", "https://example.org/shakespeare.txt")  # doctest: +SKIP
    PosixPath('/home/me/.cache/dreamkit/weights/shakespeare.txt')
    """
    if hash is not None and len(hash) not in ALGORITHMS:
        raise ValueError(
            f"hash must be a SHA-256 (64 hexadecimal digits) or an MD5 (32), got {hash!r}."
        )
    folder = home() / "weights" if folder is None else as_path(folder)
    path = folder / name
    try:
        if path.is_file():
            if hash is None or digest(path, hash) == hash.lower():
                return path
            warnings.warn(
                f"{path} is damaged or cut short (its hash is wrong): downloading it again.",
                stacklevel=2,
            )
        folder.mkdir(parents=True, exist_ok=True)
        _download(url, path, hash)
    except (OSError, HTTPException) as error:
        if isinstance(error, HTTPError):
            error.close()  # it is the server's answer too, and holds the connection
        raise OSError(
            f"{name} could not be downloaded: {error}. Try again later, or get {url} in another "
            f"way and put it in {folder} as {name}. DREAMKIT_HOME chooses another place."
        ) from error
    return path


def _download(url: str, path: Path, hash: str | None) -> None:
    # The file is opened first: a folder that cannot be written to costs no download.
    with whole_file(path) as file, urllib.request.urlopen(url, timeout=TIMEOUT) as response:
        with _watched(response, path.name) as stream:
            shutil.copyfileobj(stream, file)
        # What is left of Content-Length; None where the server sent none.
        if response.length:
            raise OSError(f"cut short after {file.tell():,} bytes, {response.length:,} missing")
        file.flush()
        if hash is not None and (got := digest(Path(file.name), hash)) != hash.lower():
            raise OSError(f"its hash should be {hash} and is {got}")


def digest(path: Path, like: str = 64 * "?") -> str:
    """Hash of a file, of the same kind as ``like``; by default SHA-256."""

    def algorithm() -> Any:  # under FIPS rules MD5 runs only where it is not there for security
        return hashlib.new(ALGORITHMS[len(like)], usedforsecurity=False)

    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()


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


def card(name: str, also: Iterable[str] = ()) -> dict[str, Any]:
    """What is known of a bundled checkpoint: how it was made, its scores, size and SHA-256.

    Parameters
    ----------
    name : str
    also : iterable of str
        Further names that the caller knows, to be suggested if ``name`` is misspelt.

    Returns
    -------
    dict
        The JSON beside the weights file, as ``write_card`` wrote it.

    Raises
    ------
    ValueError
        For a name that is not bundled; lists those that are.

    Examples
    --------
    >>> from dreamkit.pretrained import card
    >>> card("dreamnet")["file"]
    'dreamnet.keras'
    """
    names = sorted(path.stem for path in WEIGHTS.glob("*.json"))
    if not isinstance(name, str) or name not in names:
        raise ValueError(
            f"There is no bundled {name!r}. Bundled: {', '.join(names) or 'none'}."
            + did_you_mean(name, [*names, *also])
        )
    return load_json(WEIGHTS / f"{name}.json")


def checkpoint(name: str | Path, also: Iterable[str] = ()) -> tuple[Path, dict[str, Any]]:
    """A bundled file of weights, or a ``.keras`` file of one's own, with the card beside it.

    Parameters
    ----------
    name : str or path
    also : iterable of str
        As for ``card``.

    Raises
    ------
    FileNotFoundError
        When the file, or the card beside it, is not there.
    ValueError
        For a name that is not bundled, or a file that does not have the SHA-256 on its card.

    Examples
    --------
    >>> from dreamkit.pretrained import checkpoint
    >>> path, facts = checkpoint("dreamnet")
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
    facts = card(str(name), also)
    path = WEIGHTS / facts["file"]
    if not path.is_file() or digest(path) != facts["sha256"]:
        raise ValueError(
            f"{path} is missing or damaged: expected the SHA-256 on its card, {facts['sha256']}. "
            f"Install {DISTRIBUTION} again."
        )
    return path, facts


def write_card(path: str | Path, **facts: Any) -> Path:
    """Write the card of a weights file beside it, with its name, size and SHA-256 filled in.

    Parameters
    ----------
    path : str or path
        A weights file; the card of ``dreamnet.keras`` is ``dreamnet.json``.
    **facts
        Whatever else the card says: numbers, strings, lists and dictionaries.

    Returns
    -------
    pathlib.Path
        The card.

    Raises
    ------
    FileNotFoundError
        When there is no weights file at ``path``.
    TypeError, ValueError
        For facts that JSON cannot hold, such as NaN.

    Examples
    --------
    >>> from dreamkit.pretrained import write_card
    >>> path = dk.load_network("dreamnet").save("mine.keras")
    >>> write_card(path, seed=0, top1=0.5).name
    'mine.json'
    """
    path = as_path(path)
    facts |= {"file": path.name, "bytes": path.stat().st_size, "sha256": digest(path)}
    text = json.dumps(facts, indent=2, ensure_ascii=False, allow_nan=False)
    return write_whole(path.with_suffix(".json"), text + "\n")
