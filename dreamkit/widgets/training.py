"""Train a writer and watch: the loss as it falls, and what it writes by then."""

from __future__ import annotations

import html
import threading
from collections.abc import Mapping
from typing import Any

import ipywidgets

from ..chars.build import build_writer
from ..chars.corpus import decoded
from ..chars.learning import Epoch, Training, train_writer
from ..chars.writer import Writer
from ..plots import curves
from .panel import BESIDE, Panel, positions

EVERY = 5  # steps between two looks at the loss


class WriterTraining(Panel):
    """Buttons to start and stop a training, its loss and its samples.

    Attributes
    ----------
    writer : Writer or None
        The writer in training; after *Stop* it keeps what it has learnt.
    training : Training or None
        How the last training went.
    error : Exception or None
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__()
        self.writer: Writer | None = None
        self.training: Training | None = None
        self._texts = dict(texts)
        self._stopped = False
        self._thread: threading.Thread | None = None
        self.text = ipywidgets.Dropdown(options=list(texts), description="text")
        self.file = ipywidgets.FileUpload(
            accept=".txt", description="a text of your own", layout={"width": "auto"}
        )
        self.units = ipywidgets.IntSlider(128, min=32, max=512, step=32, description="units")
        self.epochs = ipywidgets.IntSlider(5, min=1, max=20, description="epochs")
        self.start = ipywidgets.Button(description="Start", button_style="primary")
        self.stop = ipywidgets.Button(description="Stop", tooltip="Keep what is learnt so far")
        self.bar = ipywidgets.IntProgress(description="progress", max=1)
        self.curve, self.samples = ipywidgets.HTML(), ipywidgets.HTML()
        self.start.on_click(self.shielded(self._on_start))
        self.stop.on_click(self.shielded(self._on_stop))
        self.file.observe(self.shielded(self._on_file), names="value")
        buttons = ipywidgets.HBox([self.start, self.stop])
        panel = [self.text, self.file, self.units, self.epochs, buttons, self.bar, self.status]
        beside = ipywidgets.HBox([ipywidgets.VBox(panel, layout=BESIDE), self.curve])
        self.children = [beside, self.samples]
        self.status.value = "Choose a text and press <i>Start</i>."

    def settings(self) -> str:
        """Which text, how many units and epochs."""
        return positions([self.text, self.units, self.epochs])

    def still(self) -> str:
        """Settings, loss and samples, as HTML that needs no kernel."""
        return f"{super().still()}{self.curve.value}{self.samples.value}"

    def wait(self, timeout: float = 300) -> bool:
        """Wait until the training under way is over; False when time ran out."""
        if self._thread is not None:
            self._thread.join(timeout)
        return self._thread is None or not self._thread.is_alive()

    def _on_file(self, _: Any) -> None:
        files = self.file.value
        # ipywidgets 7 gives a dictionary by name, ipywidgets 8 a tuple of dictionaries
        found = (
            {name: file["content"] for name, file in files.items()}
            if isinstance(files, dict)
            else {file["name"]: file["content"] for file in files}
        )
        for name, content in found.items():
            self._texts[name] = decoded(bytes(content), name)
            self.text.options = list(self._texts)
            self.text.value = name

    def _on_stop(self, _: Any) -> None:
        self._stopped = True

    def _on_start(self, _: Any) -> None:
        if self._thread is not None and self._thread.is_alive():
            return  # one at a time
        self._stopped = False
        self._thread = threading.Thread(target=self._train, daemon=True)
        self._thread.start()

    def _train(self) -> None:
        losses: list[float] = []
        samples: list[str] = []

        def progress(done: int, total: int, loss: float) -> bool:
            self.bar.max, self.bar.value = total, done
            if done % EVERY == 0:
                losses.append(loss)
                self._show(losses)
            return not self._stopped

        def after_epoch(epoch: Epoch) -> None:
            samples.append(
                f"<p>epoch {len(samples) + 1}: training {epoch.training:.2f}, held out "
                f"{epoch.held_out:.2f} <code>{html.escape(epoch.sample)}</code></p>"
            )
            self.samples.value = "".join(samples)

        self.error = None
        try:
            text = self._texts[self.text.value]
            self.writer = build_writer(text, units=self.units.value, name=self.text.value)
            self.training = train_writer(
                self.writer,
                text,
                epochs=self.epochs.value,
                progress=progress,
                after_epoch=after_epoch,
            )
        except Exception as problem:
            self.fail(problem)
        else:
            self.status.value = "Stopped." if self.training.stopped else "Done."

    def _show(self, losses: list[float]) -> None:
        self.status.value = f"loss {losses[-1]:.3f} nats a character"
        if len(losses) < 2:
            return
        self.curve.value = curves(
            {"loss": losses},
            every=EVERY,
            xlabel="step",
            ylabel="nats a character",
            size=(5, 2.6),
            alt=f"The loss over {EVERY * len(losses)} steps, now {losses[-1]:.2f}.",
        ).tag


def training_explorer(texts: Mapping[str, str]) -> WriterTraining:
    """Train a writer on one of some texts, or on a file of one's own.

    Parameters
    ----------
    texts : mapping of str to str
        Names and texts.

    Returns
    -------
    WriterTraining
    """
    if not texts:
        raise ValueError("Give at least one text to choose: {name: text}.")
    return WriterTraining(texts)
