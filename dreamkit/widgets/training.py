"""Train a writer and watch; let it write, save it, and go on another day."""

from __future__ import annotations

import html
import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import ipywidgets as ui

from ..arguments import a_text, by_name
from ..chars.build import build_writer
from ..chars.corpus import decoded, load_text
from ..chars.learning import train_writer
from ..chars.writer import Writer, check_writer
from ..files import unused
from ..plots import curves
from ..results import Epoch, Training
from .panel import BESIDE, Panel, positions

EVERY = 5  # steps between two looks at the loss
ADVICE = {  # for texts of fewer characters
    2_000: "That is less than a page: it learns letters, hardly words. Ten pages are better.",
    20_000: "That is little: it will soon know it by heart. Stop when the loss held out rises.",
}
FILES = ".txt,.md,.py,.tex,.csv,.html"
ENCODINGS = ("utf-8", "cp1252", "utf-16-le", "koi8-r", "shift_jis", "gb18030", "big5")
HINT = (
    "Choose a text and press <i>Start</i>. One of your own should have ten pages, 20,000 "
    "characters, or more. Jupyter uploads files of up to 10 MB; of a larger one give the path."
)


class WriterTraining(Panel):
    """Buttons to start, stop and go on with a training, and to let the writer write and save it.

    Attributes
    ----------
    writer : Writer or None
        The writer in training; after *Stop* it keeps what it has learnt. *Go on* teaches it
        further, *Start* begins with a new one.
    training : Training or None
        How the last training went.
    error : Exception or None
    """

    def __init__(self, texts: Mapping[str, str], writer: Writer | None = None) -> None:
        super().__init__()
        for text in by_name("texts", texts, '{"diary": text}').values():
            a_text(text)
        if writer is not None:
            check_writer(writer)
        self.writer = writer
        self.training: Training | None = None
        self._texts = dict(texts)
        self._own: tuple[str, Callable[..., str]] | None = None  # how a text of one's own is read
        self._stopped = False
        self._thread: threading.Thread | None = None
        late = {"continuous_update": False}
        self.text = ui.Dropdown(options=list(texts), description="text")
        self.file = ui.FileUpload(accept=FILES, description="a text of your own")
        self.file.layout.width = "auto"
        self.path = ui.Text(description="or a path", placeholder="diary.txt", **late)
        self.path.tooltip = "On the machine that runs this notebook"
        self.encoding = ui.Combobox(options=ENCODINGS, description="encoding", **late)
        self.encoding.placeholder = "found by itself, or UTF-8"
        self.units = ui.IntSlider(128, min=32, max=512, step=32, description="units")
        self.epochs = ui.IntSlider(5, min=1, max=20, description="epochs")
        self.start = ui.Button(description="Start", button_style="primary", tooltip="A new writer")
        self.stop = ui.Button(description="Stop", tooltip="Keep what is learnt so far")
        self.go_on = ui.Button(description="Go on", tooltip="Teach this writer further")
        self.prompt = ui.Text("The ", description="prompt")
        self.write = ui.Button(description="Write", tooltip="400 characters")
        self.name = ui.Text("my_writer", description="name")
        self.save = ui.Button(description="Save", tooltip="Beside this notebook")
        self.bar = ui.IntProgress(description="progress", max=1)
        self.curve, self.samples, self.written = ui.HTML(), ui.HTML(), ui.HTML()
        self.start.on_click(self.shielded(lambda _: self._begin(anew=True)))
        self.go_on.on_click(self.shielded(lambda _: self._begin(anew=False)))
        self.stop.on_click(self.shielded(self._on_stop))
        self.write.on_click(self.shielded(self._on_write))
        self.save.on_click(self.shielded(self._on_save))
        self.file.observe(self.shielded(self._on_file), names="value")
        self.path.observe(self.shielded(self._on_path), names="value")
        self.encoding.observe(self.shielded(self._on_encoding), names="value")
        self._allow(writer is not None)
        panel = [self.text, self.file, self.path, self.encoding, self.units, self.epochs]
        panel += [ui.HBox([self.start, self.stop, self.go_on]), self.bar, self.status]
        panel += [ui.HBox([self.prompt, self.write]), ui.HBox([self.name, self.save])]
        beside = ui.HBox([ui.VBox(panel, layout=BESIDE | {"flex": "0 0 420px"}), self.curve])
        self.children = [beside, self.samples, self.written]
        self.status.value = HINT

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
        for name, content in _uploaded(self.file.value).items():
            self._take(name, partial(decoded, content, name))

    def _on_path(self, _: Any) -> None:
        if path := self.path.value.strip():
            self._take(Path(path).name, partial(load_text, path))

    def _on_encoding(self, _: Any) -> None:
        if self._own:
            self._take(*self._own)

    def _take(self, name: str, read: Callable[..., str]) -> None:
        """Read a text of one's own, choose it, and say what to expect of it."""
        self._own = name, read
        self._texts[name] = text = read(encoding=self.encoding.value.strip() or None)
        self.text.options = list(self._texts)
        self.text.value = name
        advice = next((words for size, words in ADVICE.items() if len(text) < size), "")
        self.status.value = f"{html.escape(name)}: {len(text):,} characters. {advice}"

    def _on_write(self, _: Any) -> None:
        prompt = a_text(self.prompt.value)
        assert self.writer is not None  # or the button is disabled
        text = self.writer.generate(prompt, 400, 0.5, errors="replace")
        box = f"<b>{html.escape(prompt)}</b>{html.escape(text)}"
        self.written.value = f'<div style="white-space:pre-wrap;max-width:60em">{box}</div>'

    def _on_save(self, _: Any) -> None:
        assert self.writer is not None
        path = unused(Path(f"{self.name.value}.keras"), ".json")  # its card is beside it
        self.writer.save(path)
        again = html.escape(f"dk.load_writer({str(path)!r})")
        self.status.value = f"Saved. It comes back with <code>{again}</code>"

    def _on_stop(self, _: Any) -> None:
        self._stopped = True

    def _allow(self, ready: bool) -> None:
        """Enable what takes a writer that has learnt something and isn't learning now."""
        for button in (self.go_on, self.write, self.save):
            button.disabled = not ready

    def _begin(self, anew: bool) -> None:
        if self._thread is not None and self._thread.is_alive():
            return  # one at a time
        self._stopped = False
        self._allow(False)
        self._thread = threading.Thread(target=self._train, args=(anew,), daemon=True)
        self._thread.start()

    def _train(self, anew: bool) -> None:
        lines: dict[str, Any] = {"while learning": []}
        samples: list[str] = []

        def progress(done: int, total: int, loss: float) -> bool:
            self.bar.max, self.bar.value = total, done
            if done % EVERY == 0:
                lines["while learning"].append(loss)
                self._show(lines)
            return not self._stopped

        def after_epoch(epoch: Epoch) -> None:
            loss, held_out = epoch.loss, epoch.validation_loss or 0.0
            for name, value in {"training text": loss, "held out": held_out}.items():
                lines.setdefault(name, {})[self.bar.value] = value  # measured without dropout
            self._show(lines)
            samples.append(
                f"<p>epoch {len(samples) + 1}: loss {loss:.2f}, held out {held_out:.2f} "
                f"<code>{html.escape(epoch.sample)}</code></p>"
            )
            self.samples.value = "".join(samples)

        self.error = None
        try:
            text = self._texts[self.text.value]
            if anew or self.writer is None:
                self.writer = build_writer(text, units=self.units.value, name=self.text.value)
            watch: Any = {"progress": progress, "after_epoch": after_epoch}
            self.training = train_writer(self.writer, text, epochs=self.epochs.value, **watch)
        except Exception as problem:
            if anew:
                self.writer = None
            self.fail(problem)
        else:
            self.status.value = "Stopped." if self.training.stopped else "Done."
        self._allow(self.writer is not None)

    def _show(self, lines: dict[str, Any]) -> None:
        losses, held_out = lines["while learning"], [*lines.get("held out", {}).values()]
        if len(losses) < 2:
            return
        now = f"loss {losses[-1]:.2f}" + (f", held out {held_out[-1]:.2f}" if held_out else "")
        self.status.value = f"{now} nats a character"
        alt = f"The losses over {EVERY * len(losses)} steps: {now}."
        axes: Any = {"xlabel": "step", "ylabel": "nats a character"}
        self.curve.value = curves(lines, every=EVERY, size=(5, 2.6), alt=alt, **axes).tag


def training_explorer(texts: Mapping[str, str], writer: Writer | None = None) -> WriterTraining:
    """Train a writer on one of some texts, or on a file of one's own; then write, save, go on.

    Parameters
    ----------
    texts : mapping of str to str
        Names and texts.
    writer : Writer, optional
        One to go on with, such as was saved another day.
    """
    if isinstance(texts, Mapping) and not texts:
        raise ValueError("Give at least one text to choose: {name: text}.")
    return WriterTraining(texts, writer)


def _uploaded(files: Any) -> dict[str, bytes]:
    """What a FileUpload holds: names and contents, in ipywidgets 7 and 8."""
    if isinstance(files, dict):
        return {name: bytes(file["content"]) for name, file in files.items()}
    return {file["name"]: bytes(file["content"]) for file in files}
