"""Is everything here that the course needs? ``dk.doctor()`` looks, and says what to do."""

from __future__ import annotations

import html
import os
import platform
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from .missing import DISTRIBUTION, LIBRARIES
from .unicode import Printable

ENOUGH = 2e9  # bytes of memory: a lesson's kernel takes up to 1.5 GB
DOWNLOADS = "storage.googleapis.com"  # the ImageNet weights of keras.applications
PATIENCE = 3  # seconds to wait for the network


class Finding(NamedTuple):
    """One line of a report; ``advice`` is empty where nothing needs to be done."""

    what: str
    found: str
    advice: str = ""


@dataclass(frozen=True)
class Report(Printable):
    """What ``doctor`` found; it shows itself as a table."""

    findings: tuple[Finding, ...]

    @property
    def problems(self) -> tuple[Finding, ...]:
        """The findings for which there is something to do."""
        return tuple(finding for finding in self.findings if finding.advice)

    def __repr__(self) -> str:
        width = max(len(finding.what) for finding in self.findings)
        lines = []
        for what, found, advice in self.findings:
            lines.append(f"{'!' if advice else '✓'} {what:{width}}  {found}")
            if advice:
                lines.append(f"  {'':{width}}  → {advice}")
        return "\n".join([*lines, self._summary()])

    def _repr_html_(self) -> str:
        rows = ""
        for what, found, advice in (map(html.escape, finding) for finding in self.findings):
            more = f"<br><b>→ {advice}</b>" if advice else ""
            rows += f"<tr><td>{'<b>!</b>' if advice else '✓'}</td>"
            rows += f'<th scope="row" style="text-align:left">{what}</th>'
            rows += f'<td style="text-align:left">{found}{more}</td></tr>'
        return f"<table>{rows}</table><p>{self._summary()}</p>"

    def _summary(self) -> str:
        problems = len(self.problems)
        if not problems:
            return "All is well."
        return f"{problems} thing{'s' if problems > 1 else ''} to look at, marked with !"


def doctor() -> Report:
    """Look at versions, device, memory, weights, data and network. Never raises.

    Returns
    -------
    Report
        A table of findings; ``report.problems`` are those that say what to do.

    Examples
    --------
    >>> dk.doctor().findings[0].what
    'Python'

    Taught in lesson 00.
    """
    checks = (_python, _packages, _device, _memory, _weights, _downloads, _data, _network)
    return Report(tuple(finding for check in checks for finding in _safely(check)))


def _safely(check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from check()
    except Exception as problem:  # a doctor who faints helps nobody
        name = check.__name__.strip("_")
        yield Finding(name, f"could not be checked: {problem!r}", "Ask, and send this line along.")


def _python() -> Iterator[Finding]:
    fine = (3, 11) <= sys.version_info < (3, 14)
    advice = "" if fine else "TensorFlow runs on Python 3.11, 3.12 and 3.13: install one of them."
    yield Finding("Python", f"{platform.python_version()} on {platform.system()}", advice)


def _packages() -> Iterator[Finding]:
    from packaging.requirements import Requirement

    yield Finding("dreamkit", _version(DISTRIBUTION) or "not installed")
    if version := _version("jupyterlab"):  # where there is none, something takes its place
        yield Finding("jupyterlab", version)
    for line in metadata.requires(DISTRIBUTION) or ():
        wanted = Requirement(line)
        if wanted.marker and not wanted.marker.evaluate({"extra": "colab"}):
            continue
        version = _version(wanted.name)
        fine = version and wanted.specifier.contains(version, prereleases=True)
        advice = (
            "" if fine else f"pip install '{wanted.name}{wanted.specifier}', restart the kernel."
        )
        yield Finding(wanted.name, version or "not installed", advice)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _device() -> Iterator[Finding]:
    name = os.environ.get("KERAS_BACKEND") or "tensorflow"
    try:
        import keras

        from .backend import device, versions

        name = keras.config.backend()
        yield Finding("backend", f"{name} {versions()[name]}")
        yield Finding("device", device())
    except ImportError as problem:
        yield Finding(
            "backend",
            f"{name} could not be loaded: {problem}",
            f"{LIBRARIES[name][1]}, then restart the kernel."
            if name in LIBRARIES
            else "Set KERAS_BACKEND to tensorflow, jax or torch before Python starts.",
        )


def _memory() -> Iterator[Finding]:
    from .memory import free_memory

    free = free_memory()
    advice = "" if free >= ENOUGH else "Shut down kernels you no longer need, and close programs."
    yield Finding("free memory", f"{free / 1e9:.1f} GB", advice)


def _weights() -> Iterator[Finding]:
    from .pretrained import WEIGHTS, checkpoint

    for card in sorted(WEIGHTS.glob("*.json")):
        try:
            size = checkpoint(card.stem)[0].stat().st_size
            yield Finding(f"weights: {card.stem}", f"bundled, {size / 1e6:.1f} MB")
        except ValueError:
            again = f"Install {DISTRIBUTION} again."
            yield Finding(f"weights: {card.stem}", "missing or damaged", again)


def _downloads() -> Iterator[Finding]:
    from .pretrained import home

    folder = home()
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(there).free
    advice = ""
    if not os.access(there, os.W_OK):
        advice = "It can't be written to: set DREAMKIT_HOME to a folder that can."
    elif free < 1e9:
        advice = "Little room: free some, or set DREAMKIT_HOME to a folder on another disk."
    yield Finding("downloads go to", f"{_short(folder)}, {free / 1e9:.0f} GB free", advice)


def _data() -> Iterator[Finding]:
    from .datasets import PUBLISHED, folders, on_disk

    for own in folders()[:-1]:
        if not own.is_dir():
            yield Finding("DREAMKIT_DATA", f"no folder {_short(own)}", "Name one that is there.")
    for name in PUBLISHED:
        if found := on_disk(name):
            size = found.stat().st_size
            yield Finding(f"data: {name}", f"{_short(found.parent)}, {size / 1e6:.0f} MB")
        else:
            yield Finding(f"data: {name}", "not here; no lesson needs it")


def _network() -> Iterator[Finding]:
    try:
        socket.create_connection((DOWNLOADS, 443), timeout=PATIENCE).close()
        yield Finding("network", f"{DOWNLOADS} answers")
    except OSError:
        yield Finding("network", f"{DOWNLOADS} does not answer; no lesson needs it")


def _short(path: Path) -> str:
    """A path without the name of whose home it is in."""
    try:
        return str(Path("~") / path.relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return str(path)
