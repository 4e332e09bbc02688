"""Grade a class: every notebook of a folder, mended if need be, with one command."""

import csv
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields, replace
from io import TextIOWrapper
from pathlib import Path

from tqdm import tqdm

from ..pretrained import digest
from ..saving import whole_file
from .course import Course, CourseError, Score
from .doctor import Report, examine
from .reading import UnreadableError, write


@dataclass(frozen=True)
class Row:
    """One line of ``marks.csv``; ``points`` is empty where nothing could be graded."""

    student: str
    assignment: str
    points: str
    of: str
    by_hand: str
    remarks: str
    file: str
    sha256: str


def student_of(path: Path, folder: Path, assignment: str = "") -> str:
    """Whose work a file is: the folder it lies in, or its own name less the assignment's.

    >>> student_of(Path("in/ada/01_deepdream.ipynb"), Path("in"), "01_deepdream")
    'ada'
    >>> student_of(Path("in/01_deepdream ada.ipynb"), Path("in"), "01_deepdream")
    'ada'
    """
    parts = path.relative_to(folder).parts
    name = parts[0] if len(parts) > 1 else path.stem.replace(assignment, "")
    return re.sub(r"[^\w.@-]+", "-", name).strip("-_.") or "unnamed"


def collect(course: Course, student: str, report: Report, file: Path) -> None:
    """Put a submission where nbgrader looks for it, mended.

    What ``nbgrader collect`` has put there stays if there is nothing to mend, and is kept as
    ``.ipynb.before`` if there is.
    """
    path = course.submitted(student, report.assignment)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.samefile(file):
        if not report.mended and not report.lost:
            return
        shutil.copy2(path, path.with_suffix(".ipynb.before"))
    write(report.notebook, path)


def grade_folder(folder: Path, course: Course, again: bool = False) -> list[Row]:
    """Grade all notebooks below a folder; what ``marks.csv`` knows already is not done again.

    Parameters
    ----------
    folder : path
        ``STUDENT.ipynb``, ``STUDENT/anything.ipynb`` or nbgrader's
        ``STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb``. The assignment is recognised by its cells. Of two
        notebooks for the same assignment the newer one counts.
    course : Course
        Its gradebook takes the scores, and ``marks.csv`` in its folder all that is known.
    again : bool
        Grade also what was graded before, as after a change of the tests.

    Returns
    -------
    list of Row

    Notes
    -----
    ``marks.csv`` is written after every submission: an interruption loses one at most.
    """
    if not course.ready():
        list(course.generate())
    table = course.folder / "marks.csv"
    rows = {} if again else {(row.student, row.assignment): row for row in _read(table)}
    todo, done = _sort(folder, rows)
    started = time.perf_counter()
    _write(table, rows | done)
    with tqdm(todo, unit="submission", disable=not todo) as bar:
        for path, row, report in bar:
            bar.set_postfix_str(row.student)
            done[row.student, row.assignment] = _grade(course, row, report, path)
            if done[row.student, row.assignment].points == "":
                bar.write(f"{path}: {done[row.student, row.assignment].remarks}")
            _write(table, rows | done)
    seconds = time.perf_counter() - started
    failed = sum(row.points == "" for row in done.values())
    print(
        f"{len(todo)} graded or tried in {seconds:.0f} s, {len(done) - len(todo)} were done or "
        f"unreadable; {failed} without points. {table}"
    )
    return list(done.values())


def _sort(folder: Path, rows: dict) -> tuple[list[tuple[Path, Row, Report]], dict]:
    """What is to be graded, and what needs no grading: done before, or no notebook."""
    todo: dict[tuple[str, str], tuple[Path, Row, Report]] = {}
    done: dict[tuple[str, str], Row] = {}
    for path in _notebooks(folder):
        name, sha256 = str(path.relative_to(folder)), digest(path)
        try:
            report = examine(path)
        except UnreadableError as error:
            student = student_of(path, folder)
            row = Row(student, "?", "", "", "", f"cannot be marked: {error}", name, sha256)
            done[student, name] = row
            print(f"{path}: {row.remarks}")
            continue
        key = student_of(path, folder, report.assignment), report.assignment
        known = rows.get(key)
        todo.pop(key, None)  # an older file of the same student
        done.pop(key, None)
        if known and known.sha256 == sha256 and known.points != "":
            done[key] = known
        else:
            remarks = "; ".join([*report.mended, *report.lost])
            todo[key] = path, Row(*key, "", "", "", remarks, name, sha256), report
    return list(todo.values()), done


def _notebooks(folder: Path) -> Iterator[Path]:
    """Files of a folder, the oldest first."""
    if not folder.is_dir():
        raise CourseError(f"There is no folder {folder}.")
    found = [path for path in folder.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts]
    if not found:
        raise CourseError(f"There are no notebooks (.ipynb) in {folder}.")
    return iter(sorted(found, key=lambda path: (path.stat().st_mtime, path)))


def _grade(course: Course, row: Row, report: Report, file: Path) -> Row:
    """Grade one; whatever goes wrong is a remark, and never stops the others."""
    try:
        collect(course, row.student, report, file)
        score = course.autograde(row.student, row.assignment)
    except Exception as error:
        last = (str(error).strip() or type(error).__name__).splitlines()[-1]
        return replace(row, remarks=f"could not be graded: {last}; {row.remarks}")
    return replace(row, sha256=digest(file), **_points(score))


def _points(score: Score) -> dict[str, str]:
    return {
        "points": f"{score.total:g}",
        "of": f"{sum(score.most.values()):g}",
        "by_hand": " ".join(score.by_hand),
    }


def _read(table: Path) -> list[Row]:
    if not table.exists():
        return []
    with table.open(encoding="utf-8", newline="") as file:
        return [Row(**line) for line in csv.DictReader(file)]


def _write(table: Path, rows: dict) -> None:
    with whole_file(table) as file, TextIOWrapper(file, "utf-8", newline="") as text:
        writer = csv.DictWriter(text, [field.name for field in fields(Row)])
        writer.writeheader()
        writer.writerows(asdict(row) for _, row in sorted(rows.items()))
