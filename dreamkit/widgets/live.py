"""Controls beside a picture that follows them."""

from __future__ import annotations

import html
import threading
import time
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import ipywidgets as ui

from ..arguments import a_text, by_name, function, of_kind, several
from ..files import unused
from ..results import Picture
from .call import Call, Named
from .panel import BESIDE, WRAPPING, Panel, positions


class Live(Panel):
    """A picture that is rendered anew whenever a control changes.

    A kernel can't hear a slider while it computes, so pictures are rendered in a thread of their
    own. The newest position always wins: it cuts short the render under way.

    Parameters
    ----------
    controls : mapping of str to ipywidget
        The names are the arguments of ``call`` and ``view``.
    call : callable
        ``call(**values)`` returns the ``Call``, or the ``Named`` value, that these settings stand
        for: what is rendered, and the line of code below it.
    view : callable
        ``view(result, code, **values)`` returns how to show a result: HTML, and a few words for the
        status line.
    shown : sequence of ipywidgets
        The controls as they are laid out.

    Attributes
    ----------
    result : object or None
        What was rendered last: the line of code gives the same.
    error : Exception or None
        What the last render raised.
    """

    def __init__(
        self,
        controls: Mapping[str, Any],
        call: Callable[..., Call | Named],
        view: Callable[..., tuple[str, str]],
        shown: Any = None,
    ) -> None:
        super().__init__()
        self.controls = by_name("controls", controls, '{"steps": slider}')
        for control in self.controls.values():
            of_kind("A control", control, ui.Widget, "ui.IntSlider() is one.")
        beside = [] if shown is None else several("shown", shown, "a list of controls")
        for each in beside:
            of_kind("What is shown", each, ui.Widget, "ui.IntSlider() is one.")
        function("call", call)
        function("view", view)
        self.result: Any = None
        self._call, self._view = call, view
        self._changed = threading.Condition()
        self._wanted, self._finished, self._stopped, self._working = 1, 0, False, False
        self._values = self._read()

        self.picture = ui.HTML(layout={"flex": "1 1 360px", "min_width": "0"})
        self.line = ui.HTML()
        self.bar = ui.IntProgress(description="progress", max=1)
        self.stop = ui.Button(description="Stop", tooltip="Keep the dream so far")
        # There is nothing to stop where a render is over at once and reports no progress.
        self.advance = ui.HBox([self.bar, self.stop], layout={"visibility": "hidden"})
        self.stop.on_click(self.shielded(self._on_stop))
        self.save = ui.Button(description="Save", tooltip="Write it beside this notebook")
        self.save.on_click(self.shielded(self._on_save))
        for control in self.controls.values():
            control.observe(self.shielded(self._on_change), names="value")
        self._shown = beside or list(self.controls.values())
        panel = ui.VBox([*self._shown, self.advance, self.status], layout=BESIDE)
        self.children = [ui.HBox([panel, self.picture], layout=WRAPPING), self.line]
        self._render_once()  # in this thread, so that an executed notebook is always the same
        if isinstance(self.result, Picture):
            panel.children += (self.save,)

    def wait(self, timeout: float = 60) -> bool:
        """Wait until the picture shows the newest position; False when time ran out."""
        with self._changed:
            return self._changed.wait_for(lambda: self._finished == self._wanted, timeout)

    def settings(self) -> str:
        """The controls and where they stand, in one line."""
        return positions(self._shown)

    def still(self) -> str:
        """Settings, picture and the line of code, as HTML that needs no kernel."""
        return f"{super().still()}{self.picture.value}<p>{self.line.value}</p>"

    def code_of_now(self) -> str:
        """The plain call that makes the picture of the present settings."""
        return str(self._call(**self._read()))

    def _read(self) -> dict[str, Any]:
        """The values as the controls show them: 0.3, and not 0.30000000000000004."""
        values = {name: control.value for name, control in self.controls.items()}
        values = {n: a_text(v) if isinstance(v, str) else v for n, v in values.items()}
        return {n: round(v, 6) if isinstance(v, float) else v for n, v in values.items()}

    def _on_stop(self, _: Any) -> None:
        self._stopped = True

    def _on_save(self, _: Any) -> None:
        path = self.result.save(unused(Path("dream.png")))
        self.status.value = f"Saved as {path}, its settings inside."

    def _on_change(self, _: Any) -> None:
        with self._changed:
            self._values, self._stopped = self._read(), False
            self._wanted += 1
            if not self._working:
                self._working = True
                threading.Thread(target=self._work, daemon=True).start()

    def _work(self) -> None:
        while True:
            self._render_once()
            with self._changed:
                if self._finished == self._wanted:
                    self._working = False
                    return

    def _render_once(self) -> None:
        with self._changed:
            ticket, values = self._wanted, self._values
        error: Exception | None = None
        started = time.perf_counter()

        def progress(done: int, total: int, score: float) -> bool:
            self.bar.max, self.bar.value = total, done
            self.advance.layout.visibility = "visible"
            return ticket == self._wanted and not self._stopped

        try:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "The writer has never seen")  # told by errors=
                call = self._call(**values)
                result, code = call(progress), str(call)
                picture, words = self._view(result, code, **values)
            seconds = time.perf_counter() - started
        except Exception as problem:
            error = problem
        with self._changed:
            self._finished = ticket
            if ticket == self._wanted:
                if error is not None:
                    self.fail(error)
                else:
                    self.error, self.result, self.picture.value = None, result, picture
                    self.status.value = f"{html.escape(words)}, {seconds:.1f} s"
                    whole = "All of it" if self._stopped else "The same"
                    self.line.value = f"{whole} in code: <code>{html.escape(code)}</code>"
            self._changed.notify_all()
