"""Read a notebook from wherever it has been: Colab, an old Jupyter, a mail programme; write one."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from ..arguments import as_path
from ..files import write_whole

LARGEST = 50_000_000  # bytes


class UnreadableError(Exception):
    """A file is no notebook; the message says what it is and what to do."""


@dataclass(frozen=True)
class NotebookCell:
    """What matters about a cell, however it was stored."""

    kind: str  # "code", "markdown", "raw" …
    source: str
    identity: str  # the cell's id, or "" in files older than nbformat 4.5
    marks: dict[str, Any]  # nbgrader's metadata, empty where there is none

    @property
    def name(self) -> str:
        """The name that nbgrader knows the cell by, or ""."""
        return str(self.marks.get("grade_id") or "")


def read(path: Path) -> list[NotebookCell]:
    """The cells of a notebook, or UnreadableError."""
    text = _text(as_path(path))
    try:
        notebook = json.loads(text)
    except json.JSONDecodeError as error:
        cut = text.rstrip()[-1:] != "}"
        reason = "it breaks off" if cut else "it is damaged"
        raise UnreadableError(
            f"{reason} at line {error.lineno} of {text.count(chr(10)) + 1}. Download or save the "
            "notebook again; if that does not help, copy your cells to a fresh assignment."
        ) from None
    except RecursionError:
        raise UnreadableError("it is damaged: nothing but brackets in brackets.") from None
    except ValueError:
        raise UnreadableError("it is damaged: a number in it has thousands of digits.") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if cells is None and isinstance(notebook, dict):  # nbformat 3
        sheets = notebook.get("worksheets")
        sheets = [s for s in sheets if isinstance(s, dict)] if isinstance(sheets, list) else []
        lists = [sheet["cells"] for sheet in sheets if isinstance(sheet.get("cells"), list)]
        cells = [cell for cells in lists for cell in cells] if lists else None
    if not isinstance(cells, list):
        raise UnreadableError("it is JSON, but no notebook: there are no cells in it.")
    return [_cell(cell) for cell in cells if isinstance(cell, dict)]


def write(notebook: nbformat.NotebookNode, path: Path) -> None:
    """Write a notebook, whole before it takes its name."""
    write_whole(path, nbformat.writes(notebook) + "\n")


def _text(path: Path) -> str:
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for without end
            raise UnreadableError("it is no file.")
        data = path.read_bytes() if path.stat().st_size <= LARGEST else None
    except OSError as error:
        raise UnreadableError(f"it cannot be opened: {error.strerror}.") from None
    if data is None:
        raise UnreadableError("it is larger than 50 MB. Clear all outputs and save again.")
    start = data.lstrip()[:200].lower()
    if not start:
        raise UnreadableError("it is empty. Download or save the notebook again.")
    for beginning, what in (
        (b"pk\x03\x04", "a zip archive. Unpack it and hand in the .ipynb file in it."),
        (b"%pdf", "a PDF. Hand in the notebook itself: File, Download, .ipynb."),
        (b"<", "a web page. In Colab: File, Download, Download .ipynb."),
        (b"{\\rtf", "a text document. Hand in the notebook itself, with the ending .ipynb."),
    ):
        if start.startswith(beginning):
            raise UnreadableError(f"it is {what}")
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise UnreadableError("it is no text, so no notebook. Download it again.") from None


def _cell(cell: dict[str, Any]) -> NotebookCell:
    source = cell.get("source", cell.get("input", ""))  # nbformat 3 called it input
    if isinstance(source, list):
        source = "".join(str(line) for line in source)
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return NotebookCell(
        kind=str(cell.get("cell_type", "raw")),
        # JSON may hold halves of characters, which no file can.
        source=str(source).encode("utf-8", "replace").decode().replace("\r\n", "\n"),
        identity=str(cell.get("id", "")),
        marks=marks if isinstance(marks, dict) else {},
    )
