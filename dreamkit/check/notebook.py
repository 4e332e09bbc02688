"""The notebook check: find what would break the marking of a notebook, and mend what can be.

The student version of the assignment, which comes with the package, is taken as the pattern: every
cell of it is looked for in the submission, by nbgrader's marks, by its id, by its text, by the
function it defines. Answers are taken over, and everything else is as it was handed out.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from .reading import NotebookCell, UnreadableError, read

# The student versions: in the wheel beside this file, in the repository beside their sources.
PACKED = Path(__file__).parent / "release"
RELEASE = PACKED if PACKED.is_dir() else Path(__file__).parents[2] / "assignments" / "release"


@dataclass(frozen=True)
class NotebookReport:
    """What the check found, and the notebook as it should be, without outputs."""

    assignment: str
    mended: tuple[str, ...]  # would break the marking, and is put right in ``notebook``
    lost: tuple[str, ...]  # cannot be put right, and costs points of its task
    empty: tuple[str, ...]  # tasks without an answer yet
    notebook: NotebookNode

    def __str__(self) -> str:
        lines = [f"This is assignment {self.assignment}."]
        lines += [f"  can be mended: {finding}" for finding in self.mended]
        lines += [f"  needs you: {finding}" for finding in self.lost]
        if not self.mended and not self.lost:
            lines.append("  Nothing stands in the way of marking it.")
        if self.empty:
            lines.append(f"  No answer yet: {', '.join(self.empty)}.")
        return "\n".join(lines)


def examine(path: Path, release: Path = RELEASE) -> NotebookReport:
    """Look through a submission; ``release`` is the folder of the student versions.

    UnreadableError says why a file is no notebook, or no assignment.
    """
    cells = read(path)
    assignment, pattern = _recognise(cells, release)
    return _Examination(assignment, pattern, cells).report()


@cache
def patterns(release: Path) -> dict[str, NotebookNode]:
    """The student versions, by name."""
    files = sorted(release.glob("*/*.ipynb"))
    if not files:
        raise FileNotFoundError(f"There are no student versions in {release}: `make coursework`.")
    return {path.stem: nbformat.read(path, as_version=4) for path in files}


def _recognise(cells: list[NotebookCell], release: Path) -> tuple[str, NotebookNode]:
    """The assignment that most cells belong to."""

    def signs(pattern: NotebookNode) -> int:
        names = {marks(cell)["grade_id"] for cell in pattern.cells if is_test(cell)}
        tasks = {name.removeprefix("test-") for name in names}
        own = {cell.name for cell in cells} & names
        written = "\n".join(cell.source for cell in cells)
        return len(own) + sum(bool(_definition(task).search(written)) for task in tasks)

    found = {name: signs(pattern) for name, pattern in patterns(release).items()}
    best = max(found, key=lambda name: found[name])
    if not found[best]:
        titles = [cell.source.partition("\n")[0].strip("# ") for cell in cells if cell.source]
        about = f" It begins with {titles[0][:60]!r}." if titles else ""
        raise UnreadableError(
            f"it is a notebook, but none of the assignments {', '.join(found)}.{about} Is it "
            "the right file?"
        )
    return best, patterns(release)[best]


def marks(cell: NotebookNode) -> dict[str, Any]:
    """What nbgrader noted about a cell, or an empty dictionary."""
    noted: dict[str, Any] = cell.metadata.get("nbgrader", {})
    return noted


def is_test(cell: NotebookNode) -> bool:
    """Whether a cell holds tests that give points."""
    return bool(marks(cell).get("grade") and not marks(cell).get("solution"))


def _definition(task: str) -> re.Pattern[str]:
    return re.compile(rf"^[ \t]*def {re.escape(task)}\b|^{re.escape(task)}[ \t]*=", re.MULTILINE)


class _Examination:
    """The cells of a submission, matched with those of the student version."""

    def __init__(self, assignment: str, pattern: NotebookNode, cells: list[NotebookCell]) -> None:
        self.assignment, self.pattern, self.cells = assignment, pattern, cells
        self.mended: list[str] = []
        self.lost: list[str] = []
        self.empty: list[str] = []
        self.place: dict[int, int] = {}  # number of a submitted cell: of its cell in the pattern
        self.dropped: set[int] = set()  # copies that add nothing

    def report(self) -> NotebookReport:
        self._match()
        self._compare()
        mended, lost, empty = map(tuple, (self.mended, self.lost, self.empty))
        return NotebookReport(self.assignment, mended, lost, empty, self._rebuilt())

    def _match(self) -> None:
        """Find each cell of the pattern, from the surest sign to the least sure."""
        for sign in (self._by_name, self._by_identity, self._by_text, self._by_definition):
            for number, wanted in enumerate(self.pattern.cells):
                if number not in self.place.values():
                    self._claim(number, wanted, [i for i in sign(wanted) if i not in self.place])
        for number, wanted in enumerate(self.pattern.cells):
            if number not in self.place.values() and _is_written(wanted):
                self._claim(number, wanted, list(self._after_question(number))[:1])

    def _by_name(self, wanted: NotebookNode) -> Iterator[int]:
        name = marks(wanted).get("grade_id")
        return (i for i, cell in enumerate(self.cells) if name and cell.name == name)

    def _by_identity(self, wanted: NotebookNode) -> Iterator[int]:
        return (
            i
            for i, cell in enumerate(self.cells)
            if cell.identity == wanted.id and (not cell.name or not marks(wanted))
        )

    def _by_text(self, wanted: NotebookNode) -> Iterator[int]:
        if _is_written(wanted):
            return iter(())  # every empty answer looks the same
        return (i for i, cell in enumerate(self.cells) if _same(cell.source, wanted.source))

    def _by_definition(self, wanted: NotebookNode) -> Iterator[int]:
        if not marks(wanted).get("solution") or wanted.cell_type != "code":
            return iter(())
        defines = _definition(marks(wanted)["grade_id"])
        return (i for i, cell in enumerate(self.cells) if defines.search(cell.source))

    def _after_question(self, number: int) -> Iterator[int]:
        """Cells between a question and what follows it in the pattern: the written answer."""
        starts = [i for i, place in self.place.items() if place == number - 1]
        ends = [i for i, place in self.place.items() if place > number]
        if starts:
            stop = min((i for i in ends if i > starts[0]), default=len(self.cells))
            yield from (i for i in range(starts[0] + 1, stop) if i not in self.place)

    def _claim(self, number: int, wanted: NotebookNode, found: list[int]) -> None:
        """Take one of the cells found, and say what becomes of the others."""
        if not found:
            return
        changed = [i for i in found if not _same(self.cells[i].source, wanted.source)]
        answers = changed if marks(wanted).get("solution") else []
        chosen = answers[-1] if answers else found[0]
        self.place[chosen] = number
        if len(found) > 1:
            self.mended.append(f"{_call(wanted)} is there {len(found)} times; one is enough.")
            texts = {self.cells[chosen].source.strip()}
            for i in found:
                if i != chosen and (i not in answers or self.cells[i].source.strip() in texts):
                    self.dropped.add(i)

    def _compare(self) -> None:
        """Say what is different from the pattern."""
        cell_of = {place: self.cells[i] for i, place in self.place.items()}
        unmarked = moved = 0
        for number, wanted in enumerate(self.pattern.cells):
            cell = cell_of.get(number)
            if cell is None:
                self._missing(wanted)
                continue
            expected = marks(wanted)
            unmarked += any(cell.marks.get(key) != expected[key] for key in _KEPT & set(expected))
            if cell.kind != wanted.cell_type:
                self.mended.append(
                    f"{_call(wanted)} is a {cell.kind} cell now, not {wanted.cell_type}."
                )
            same = _same(cell.source, wanted.source)
            if not same and expected.get("locked"):
                kept = ", and what it was is kept in a cell below" if cell.source.strip() else ""
                self.mended.append(f"{_call(wanted)} was changed; it is put back{kept}.")
            if expected.get("solution"):
                self._read_answer(wanted, cell, same)
        order = [place for _, place in sorted(self.place.items())]
        moved = sum(b < a for a, b in zip(order, order[1:], strict=False))
        if unmarked:
            self.mended.append(f"nbgrader's marks are lost or changed in {unmarked} cells.")
        if moved:
            self.mended.append("cells were moved; they are put back in order.")

    def _missing(self, wanted: NotebookNode) -> None:
        if marks(wanted).get("solution"):
            self.lost.append(f"{_call(wanted)} was deleted; an empty one is put back.")
            self.empty.append(marks(wanted)["grade_id"])
        elif marks(wanted):
            self.mended.append(f"{_call(wanted)} was deleted; it is put back.")

    def _read_answer(self, wanted: NotebookNode, cell: NotebookCell, same: bool) -> None:
        name = marks(wanted)["grade_id"]
        if same:
            self.empty.append(name)
        elif wanted.cell_type == "code" and not re.search(
            r"^[ \t]*[%!]", cell.source, re.MULTILINE
        ):
            try:
                ast.parse(cell.source)
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                line = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
                self.lost.append(f"{_call(wanted)} is not Python{line}: {error}.")

    def _rebuilt(self) -> NotebookNode:
        """The pattern with the answers, and with the cells that the student added."""
        notebook: NotebookNode = nbformat.from_dict(self.pattern)  # a copy, as deep as can be
        after: dict[int, list[NotebookNode]] = {}
        last = -1
        for i, cell in enumerate(self.cells):
            if i in self.place:
                last = self.place[i]
                wanted = notebook.cells[last]
                if marks(wanted).get("solution") or not marks(wanted):
                    wanted.source = cell.source
                if _same(cell.source, wanted.source):
                    continue
            # A locked cell may hold an import or a helper that answers below it need.
            if i not in self.dropped and cell.source.strip():
                new: Any = new_code_cell if cell.kind == "code" else new_markdown_cell
                after.setdefault(last, []).append(new(cell.source, id=f"added-{i}"))
        pairs = ((cell, after.get(number, [])) for number, cell in enumerate(notebook.cells))
        notebook.cells = after.get(-1, []) + [c for cell, added in pairs for c in (cell, *added)]
        return notebook


_KEPT = {"grade_id", "grade", "solution", "locked", "points"}


def _is_written(cell: NotebookNode) -> bool:
    return bool(marks(cell).get("solution")) and cell.cell_type != "code"


def _same(a: str, b: str) -> bool:
    """Whether two texts differ in nothing but white space at ends of lines."""
    return [line.rstrip() for line in a.strip().split("\n")] == [
        line.rstrip() for line in b.strip().split("\n")
    ]


def _call(cell: NotebookNode) -> str:
    """What to call a cell when speaking to a student."""
    name = marks(cell).get("grade_id", cell.id)
    if is_test(cell):
        return f"the check of {name.removeprefix('test-')}"
    if marks(cell).get("solution"):
        return f"the answer cell of {name}"
    about = name.removeprefix("about-")
    return f"the cell {name}" if about == name else f"the text of {about}"
