"""``marks.csv``, all that is known of a class, and what platforms import of it."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from io import TextIOWrapper
from pathlib import Path

from dreamkit.check.task import TASKS
from dreamkit.files import whole_file

from .course import CourseError
from .person import Person
from .spreadsheet import lines_of

WHY = "why not: "
Key = tuple[str, str, str]  # a row's
FORMULA = ("=", "+", "@", "\t", "\r")


@dataclass(frozen=True)
class Row:
    """One file that was handed in; ``points`` is empty where nothing could be graded."""

    student: str  # who it is for nbgrader
    name: str = ""  # for the platform
    id: str = ""
    assignment: str = ""  # empty where it was not recognised, or another file counts
    points: str = ""
    of: str = ""
    by_hand: str = ""
    submitted: str = ""
    remarks: str = ""
    file: str = ""
    sha256: str = ""
    tasks: dict[str, str] = field(default_factory=dict)  # points of each task
    reasons: dict[str, str] = field(default_factory=dict)  # in a sentence, why there are none

    @property
    def key(self) -> Key:
        """What there is one line of: an assignment of a student, else a file."""
        return self.student, self.assignment, "" if self.assignment else self.file


PLAIN = [part.name for part in fields(Row) if part.name not in ("tasks", "reasons")]


def read_table(path: Path) -> dict[Key, Row]:
    """The rows of a table, by their keys; none if there is no such file.

    A spreadsheet program may have saved it with other delimiters. CourseError says that it is
    none: it would be written over.
    """
    if not path.exists():
        return {}
    found = lines_of(path, "The table")
    if found and not {"student", "assignment", "points"} <= set(found[0]):
        raise CourseError(
            f"{path} is no table of marks, it has the columns {', '.join(found[0])}. Move it away."
        )
    lines = [{column: _unsafe(text) for column, text in line.items()} for line in found]
    names = [name for tasks in TASKS.values() for name in tasks]
    rows = []
    for line in lines:
        plain = {column: line.get(column, "") for column in PLAIN}
        tasks = {name: line[name] for name in names if line.get(name)}
        reasons = {name: line[WHY + name] for name in names if line.get(WHY + name)}
        rows.append(Row(**plain, tasks=tasks, reasons=reasons))
    return {row.key: row for row in rows}


def write_tables(path: Path, rows: Iterable[Row], roster: Sequence[Person] = ()) -> None:
    """Write ``marks.csv``, ``marks-canvas.csv`` and ``marks-moodle-ASSIGNMENT.csv`` beside it.

    Excel takes a table for the country's letters, and shows Müller as MÃ¼ller, unless a byte-order
    mark says UTF-8. Only ``marks.csv`` has one, which people open: what imports the others may
    take the mark for a part of the first column's name.
    """
    rows = sorted(rows, key=lambda row: row.key)
    found = {row.assignment for row in rows}
    names = [name for assignment in TASKS if assignment in found for name in TASKS[assignment]]
    lines = []
    for row in rows:
        line = {name: getattr(row, name) for name in PLAIN} | row.tasks
        lines.append(line | {WHY + name: reason for name, reason in row.reasons.items()})
    columns = PLAIN + [column for name in names for column in (name, WHY + name)]
    _write(path, columns, lines, "utf-8-sig")
    marked: dict[str, dict[str, Row]] = defaultdict(dict)
    for person in roster:
        marked[person.student] = {"": Row(person.student, person.name, person.id)}
    for row in rows:
        if row.points:
            marked[row.student][row.assignment] = row
    _canvas(path.with_stem(path.stem + "-canvas"), marked, sorted(found - {""}))
    for assignment in sorted(found - {""}):
        _moodle(path.with_stem(f"{path.stem}-moodle-{assignment}"), marked, assignment)


def _canvas(path: Path, marked: dict[str, dict[str, Row]], assignments: list[str]) -> None:
    """Canvas knows people by its ID; a line before them says how many points there are to get."""
    most = {name: row.of for rows in marked.values() for name, row in rows.items() if name}
    lines = [{"Student": "    Points Possible", **most}]
    for student, rows in marked.items():
        known = next(iter(rows.values()))
        line = {"Student": known.name or student, "ID": known.id, "SIS Login ID": student}
        lines.append(line | {name: row.points for name, row in rows.items() if name})
    columns = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *assignments]
    _write(path, columns, lines)


def _moodle(path: Path, marked: dict[str, dict[str, Row]], assignment: str) -> None:
    """Moodle asks which column is who; here also is each task, and why points are missing."""
    lines = []
    for student, rows in marked.items():
        if row := rows.get(assignment):
            why = "\n".join(f"{task}: {reason}" for task, reason in row.reasons.items())
            about = {"Full name": row.name or student, "ID number": row.id, "Username": student}
            total = {"Grade": row.points, "Maximum Grade": row.of, "Feedback comments": why}
            lines.append(about | total | row.tasks)
    columns = ["Full name", "ID number", "Username", "Grade", "Maximum Grade", "Feedback comments"]
    _write(path, columns + TASKS.get(assignment, []), lines)


def _write(
    path: Path, columns: list[str], lines: list[dict[str, str]], encoding: str = "utf-8"
) -> None:
    with whole_file(path) as file, TextIOWrapper(file, encoding, newline="") as text:
        writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows({key: _safe(value) for key, value in line.items()} for line in lines)


def _safe(text: str) -> str:
    """What a spreadsheet does not take for a formula of the student's making."""
    return "'" + text if text[:1] in FORMULA else text


def _unsafe(text: str) -> str:
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA else text
