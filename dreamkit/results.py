"""What functions give back, and how it shows itself as the last line of a cell."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from .arguments import among, as_array, of_kind, several, shortened
from .images import WIDEST, as_picture, as_pillow, save_picture
from .unicode import Printable, printable

WIDTH = 960  # pixels: what is wider is shrunk to be shown


@dataclass(frozen=True, eq=False, repr=False)
class Picture(Printable):
    """A picture that a network dreamt, and how.

    Attributes
    ----------
    image : numpy.ndarray, float32, shape (height, width, 3), RGB in [0, 1]
    history : tuple of float
        The score at the start and after every step.
    settings : dict
        The network, what was climbed, and every number that the function was given.
    stopped : bool
        Whether it was stopped before its last step.
    frames : tuple of numpy.ndarray, uint8, shape (height, width, 3)
        What it was like on the way, if ``deepdream`` was asked to ``keep`` that; ``save_film``
        makes a film of them.

    Examples
    --------
    >>> dk.Picture(np.zeros((2, 3, 3)), (1.0, 2.0), {"network": "dreamnet", "objective": "mixed4"})
    <Picture: 3 × 2 pixels, mixed4 of dreamnet, score 1 to 2>

    Taught in lesson 01.
    """

    image: np.ndarray
    history: tuple[float, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    stopped: bool = False
    frames: tuple[np.ndarray, ...] = ()

    def __post_init__(self) -> None:
        history = as_array("history", self.history).astype("float64").ravel().tolist()
        of_kind("settings", self.settings, dict, "They are names and values.")
        among("stopped", self.stopped, (True, False))
        object.__setattr__(self, "image", as_picture(self.image))
        object.__setattr__(self, "history", tuple(history))

    def __repr__(self) -> str:
        return f"<Picture: {self._words()}>"

    def _repr_html_(self) -> str:
        return shown(self.image, f"A dreamt picture: {self._words()}")

    def _words(self) -> str:
        height, width = self.image.shape[:2]
        words = f"{width} × {height} pixels"
        climbed, network = (str(self.settings.get(name, "")) for name in ("objective", "network"))
        if climbed:
            words += f", {shortened(climbed)} of {shortened(network) or 'a network'}"
        if self.history:
            words += f", score {self.history[0]:.3g} to {self.history[-1]:.3g}"
        return words + (", stopped" if self.stopped else "")

    def save(self, path: str | Path) -> Path:
        """Write it as PNG, JPEG or WebP, its settings inside, see ``images.save_picture``."""
        steps = {"stopped": max(0, len(self.history) - 1)} if self.stopped else {}
        return save_picture(self.image, path, {**self.settings, **steps})


def shown(picture: Any, alt: str) -> str:
    """A picture, as ``as_picture`` takes it, as an HTML tag."""
    return tag(jpeg(fitted(as_pillow(picture))), "image/jpeg", alt)


def fitted(image: Image.Image, width: int = WIDTH) -> Image.Image:
    """The image, shrunk to that width if it is wider, and to what a JPEG may be high."""
    scale = min(1.0, width / image.width, WIDEST / image.height)
    if scale == 1:
        return image
    size = [max(1, round(side * scale)) for side in image.size]
    return image.resize((size[0], size[1]), Image.Resampling.LANCZOS)


def jpeg(image: Image.Image) -> bytes:
    """The image as a page takes it: smaller than in a file that is kept."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=85)
    return file.getvalue()


def tag(data: bytes, mime: str, alt: str) -> str:
    """An encoded picture as an HTML tag that needs no file.

    In the notebook's own way of showing images alt text gets lost in JupyterLab and on the web.
    """
    text = base64.b64encode(data).decode()
    alt = html.escape(alt, quote=True)
    return f'<img style="max-width:100%" alt="{alt}" src="data:{mime};base64,{text}">'


def table(caption: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """An HTML table; the first cell of a row says what the row is."""

    def cells(texts: Sequence[Any], kind: str) -> str:
        start, end = f'<{kind} style="text-align:left">', f"</{kind[:2]}>"
        return "".join(start + html.escape(str(text)) + end for text in texts)

    body = [cells(header, 'th scope="col"')]
    body += [cells(row[:1], 'th scope="row"') + cells(row[1:], "td") for row in rows]
    lines = "".join(f"<tr>{line}</tr>" for line in body)
    return f"<table><caption>{html.escape(caption)}</caption>{lines}</table>"


@dataclass(frozen=True)
class Epoch:
    """What one pass over the data gave.

    Attributes
    ----------
    loss : float
        On what is learnt from.
    seconds : float
        Of learning; what was measured afterwards is not counted.
    validation_loss : float, optional
        The loss on what is kept out, where something is.
    sample : str
        What a writer writes by then.
    """

    loss: float
    seconds: float
    validation_loss: float | None = None
    sample: str = ""

    def __str__(self) -> str:
        return printable(self.words())

    def words(self) -> str:
        """The same in all its letters, which a console may lack."""
        losses = f"loss {self.loss:.3f}"
        if self.validation_loss is not None:
            losses += f"  held out {self.validation_loss:.3f}"
        sample = f"  {self.sample!r}" if self.sample else ""
        return f"{losses}  {self.seconds:.0f} s{sample}"


@dataclass(frozen=True)
class Training:
    """How a training went; as the last line of a cell, a list of its epochs.

    Attributes
    ----------
    epochs : tuple of Epoch
        Those that were completed.
    stopped : bool
        Whether it ended before its last epoch was complete.

    Examples
    --------
    >>> from dreamkit.results import Epoch
    >>> dk.Training((Epoch(2.5, 1.0), Epoch(1.5, 1.0)))
    <Training: epochs: 2, loss 2.5 to 1.5>

    Taught in lesson 04.
    """

    epochs: tuple[Epoch, ...]
    stopped: bool = False

    def __post_init__(self) -> None:
        for epoch in several("epochs", self.epochs, "a list of epochs"):
            of_kind("An epoch", epoch, Epoch, "Epoch(loss, seconds) is one.")
        among("stopped", self.stopped, (True, False))

    @property
    def losses(self) -> dict[str, list[float]]:
        """Lines for ``plots.curves``: the loss after each epoch, and that held out."""
        lines = {
            "loss": [epoch.loss for epoch in self.epochs],
            "held out": [e.validation_loss for e in self.epochs if e.validation_loss is not None],
        }
        return {name: values for name, values in lines.items() if values}

    @property
    def seconds(self) -> float:
        """Of learning, in all epochs."""
        return sum(epoch.seconds for epoch in self.epochs)

    def __repr__(self) -> str:
        falls = [f", {name} {v[0]:.3g} to {v[-1]:.3g}" for name, v in self.losses.items()]
        stopped = ", stopped" if self.stopped else ""
        return f"<Training: epochs: {len(self.epochs)}{''.join(falls)}{stopped}>"

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{html.escape(epoch.words())}</li>" for epoch in self.epochs)
        return f"<ol>{items}</ol>" + ("<p>Stopped before the end.</p>" if self.stopped else "")
