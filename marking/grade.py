"""Grade a class: every file of a folder, mended if need be, with one command.

The notebook check and nbgrader work here, one submission after the other; what takes time and may
go wrong, the student's code, is run by workers.
"""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from nbgrader.utils import parse_utc
from tqdm import tqdm

from dreamkit.check.notebook import NotebookReport
from dreamkit.check.reading import write
from dreamkit.files import write_whole
from dreamkit.pretrained import digest

from .course import Course, Score
from .execute import Ran, cells_of
from .handed_in import Work, sort
from .people import People
from .table import Key, Row, read_table, write_tables
from .workers import Workers, pool, run_all


def collect(
    course: Course, student: str, report: NotebookReport, file: Path, when: str = ""
) -> None:
    """Put a submission where nbgrader looks for it, mended, and beside it ``when`` it came (UTC).

    What ``nbgrader collect`` has put there stays if there is nothing to mend, and is kept as
    ``.ipynb.before`` if there is.
    """
    path = course.submitted(student, report.assignment)
    path.parent.mkdir(parents=True, exist_ok=True)
    if when:
        write_whole(path.with_name("timestamp.txt"), when)
    if path.exists() and path.samefile(file):
        if not report.mended and not report.lost:
            return
        write_whole(path.with_suffix(".ipynb.before"), path.read_bytes())
    write(report.notebook, path)


def grade_folder(
    folder: Path,
    course: Course,
    again: bool = False,
    people: People | None = None,
    workers: Workers = pool,
) -> list[Row]:
    """Grade all notebooks below a folder; what ``marks.csv`` knows already is not done again.

    Parameters
    ----------
    folder : path
        Files as a learning platform, nbgrader or a person puts them there. The assignment is
        recognised by a notebook's cells. Of two of one person for the same assignment the newer one
        counts.
    course : Course
        Its gradebook takes the scores, and ``marks.csv`` in its folder all that is known, of other
        folders too. It is written as it goes: an interruption loses a few lines at most.
    again : bool
        Grade also what was graded before, as after a change of the tests.
    people : People, optional
        How to know them.
    workers : callable
        Makes the executor that runs the submissions, to be used in a ``with`` statement.

    Returns
    -------
    list of Row
        One for every file.
    """
    if not course.ready():
        list(course.generate())
    people, table = people or People(), course.folder / "marks.csv"
    before = read_table(table)
    todo, done = sort(folder, course.release, people, {} if again else before)
    kept = _still_true(before, [*done, *(work.row for work in todo)])
    for row in done:
        if row.points == "":
            print(f"{row.file}: {row.remarks}")
    started, tests = time.perf_counter(), course.tests()
    cells = [cells_of(work.report.notebook, tests[work.row.assignment]) for work in todo]
    with tqdm(total=len(todo), unit="submission", disable=not todo) as bar:
        for number, ran in run_all(cells, course.seconds, course.megabytes, workers):
            row = _grade(course, todo[number], ran)
            bar.set_postfix_str(row.student)
            bar.update()
            if row.points == "":
                bar.write(f"{row.file}: {row.remarks}")
            done.append(row)
            if len(done) % 20 == 1 or len(todo) < 100:  # writing thousands of lines takes time
                write_tables(table, [*kept, *done])
    write_tables(table, [*kept, *done], people.on_roster)
    seconds, failed = time.perf_counter() - started, sum(row.points == "" for row in done)
    print(
        f"{len(todo)} graded or tried in {seconds:.0f} s, {len(done) - len(todo)} were done or "
        f"no notebooks; {failed} without points. {table}"
    )
    absent = {person.student for person in people.on_roster} - {row.student for row in done}
    if absent:
        print(f"Nothing came from {len(absent)} on the roster: {', '.join(sorted(absent))}")
    _say_what_cost_most(done)
    return done


def _say_what_cost_most(rows: Sequence[Row]) -> None:
    """Reasons that several share may be the tests', or the course's."""
    lost = Counter(
        (row.assignment, task, reason) for row in rows for task, reason in row.reasons.items()
    )
    for (assignment, task, reason), count in lost.most_common(3):
        if count >= 5:
            print(f"{count} × {assignment}, {task}: {reason}")


def _still_true(before: Mapping[Key, Row], now: Sequence[Row]) -> list[Row]:
    """Lines of the table that this run has nothing new about."""
    keys = {row.key for row in now}
    files = {(row.student, row.file) for row in now}
    return [
        row
        for key, row in before.items()
        if key not in keys and not (row.points == "" and (row.student, row.file) in files)
    ]


def _grade(course: Course, work: Work, ran: Ran | BaseException) -> Row:
    """Grade one; whatever goes wrong is a remark, and never stops the others."""
    row = work.row
    try:
        if isinstance(ran, BaseException):
            raise ran
        collect(course, row.student, work.report, work.file, _in_utc(row.submitted))
        score = course.autograde(row.student, row.assignment, ran)
    except Exception as error:
        last = (str(error).strip() or type(error).__name__).splitlines()[-1]
        return replace(row, remarks=f"could not be graded: {last}; {row.remarks}")
    return replace(scored(row, score), sha256=digest(work.file))


def _in_utc(time_told: str) -> str:
    """The time that a platform tells, or "" if it is none."""
    if time_told:
        with suppress(ValueError, OverflowError):
            return str(parse_utc(time_told))
    return ""


def scored(row: Row, score: Score) -> Row:
    """A row with the points of a score."""
    return replace(
        row,
        points=f"{score.total:g}",
        of=f"{sum(score.most.values()):g}",
        by_hand=" ".join(score.by_hand),
        tasks={task: f"{points:g}" for task, points in score.tasks.items()},
        reasons=score.reasons,
    )
