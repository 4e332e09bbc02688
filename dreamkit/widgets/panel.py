"""What all live controls share: a place for errors, and a still for pages where nothing is live."""

from __future__ import annotations

import functools
import html
from collections.abc import Callable, Iterable
from typing import Any

import ipywidgets as ui

BESIDE = {"flex": "0 0 330px"}  # beside a wide picture controls would be squeezed
WRAPPING = {"flex_flow": "row wrap"}  # in a narrow window the picture goes below them


class Panel(ui.VBox):  # type: ignore[misc]
    """Controls that show their own errors.

    Jupyter writes what a callback raises into a log that no learner reads. Here it is shown in the
    panel, and kept.

    Attributes
    ----------
    status : ipywidgets.HTML
        A line for a few words, or for an error.
    error : Exception or None
        The problem that is shown.
    """

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.status = ui.HTML()
        super().__init__()
        self.add_class(f"dreamkit-{type(self).__name__.lower()}")

    def settings(self) -> str:
        """The controls and where they stand, in one line."""
        return ""

    def still(self) -> str:
        """What the panel shows now, as HTML that needs no kernel."""
        return f"<p><i>A still: run the cell to move it.</i> {html.escape(self.settings())}</p>"

    def fail(self, problem: Exception) -> None:
        """Show a problem to the learner."""
        self.error = problem
        words = html.escape(str(problem) or repr(problem))
        self.status.value = f"<b>This does not work:</b> {words}"

    def shielded(self, callback: Callable[[Any], None]) -> Callable[[Any], None]:
        """The callback, with what it raises shown in the panel."""

        @functools.wraps(callback)
        def shield(event: Any) -> None:
            try:
                callback(event)
            except Exception as problem:
                self.fail(problem)

        return shield

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.settings()}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        # Whatever can't show widgets takes the HTML. (ipywidgets 7 does not ask for this bundle.)
        return {**super()._repr_mimebundle_(**kwargs), "text/html": self.still()}


def positions(controls: Iterable[Any]) -> str:
    """``layer: mixed5 · octaves: 3``, for all controls that have a name and a value."""
    return " · ".join(
        f"{control.description}: {control.value}"
        for control in controls
        if getattr(control, "description", "") and hasattr(control, "value")
    )
