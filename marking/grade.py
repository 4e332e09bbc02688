"""Grade a class: every file of a folder, mended if need be, with one command.

The doctor and nbgrader work here, one submission after the other; what takes time and may go
wrong, the student's code, is run by workers, through the interface of ``concurrent.futures``.
"""

import os
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from nbgrader.utils import parse_utc
from tqdm import tqdm

from dreamkit.check.notebook import Diagnosis, examine
from dreamkit.check.reading import UnreadableError, write
from dreamkit.files import write_whole
from dreamkit.pretrained import digest

from .course import Course, CourseError, Score
from .execute import RAN, cells_of
from .roll import Person, Roll, handed_in, spelt
from .run import run_submission
from .table import Row, read_table, write_tables


@dataclass(frozen=True)
class Work:
    """A submission that is to be graded."""

    file: Path
    row: Row
    report: Diagnosis
    person: Person


def pool(workers: int = os.cpu_count() or 1) -> Executor:
    """Workers on this machine."""
    return ProcessPoolExecutor(workers, get_context("spawn"))


def cluster(address: str) -> Executor:
    """The workers of a Dask cluster, which have this repository and its packages too."""
    from distributed import Client

    try:
        client = Client(address)
    except (OSError, ValueError) as error:
        raise CourseError(f"No Dask scheduler answers at {address}: {error}.") from None
    executor: Any = client.get_executor(retries=3)
    end = executor.shutdown

    def leave(wait: bool = True) -> None:
        end(wait)
        client.close()

    executor.shutdown = leave
    return executor


def collect(course: Course, student: str, report: Diagnosis, file: Path, when: str = "") -> None:
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
    roll: Roll | None = None,
    workers: Callable[[], Executor] = pool,
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
        folders too.
    again : bool
        Grade also what was graded before, as after a change of the tests.
    roll : Roll, optional
        How to know people.
    workers : callable
        Makes the executor that runs the submissions. When it breaks, as a pool does of which a
        process is killed, another is made, for those that have no result yet.

    Returns
    -------
    list of Row
        One for every file, and one for everybody on the roster who handed nothing in.

    Notes
    -----
    ``marks.csv`` is written as it goes: an interruption loses a few at most, and those are done in
    the next run.
    """
    if not course.ready():
        list(course.generate())
    roll, table = roll or Roll(), course.folder / "marks.csv"
    before = read_table(table)
    todo, done = _sort(folder, course, roll, {} if again else before)
    kept = _still_true(before, [*done, *(work.row for work in todo)])
    for row in done:
        if row.points == "":
            print(f"{row.file}: {row.remarks}")
    started = time.perf_counter()
    with tqdm(total=len(todo), unit="submission", disable=not todo) as bar:
        for work, ran in _ran(todo, course, workers):
            row = _grade(course, work, ran)
            bar.set_postfix_str(row.student)
            bar.update()
            if row.points == "":
                bar.write(f"{row.file}: {row.remarks}")
            done.append(row)
            if len(done) % 20 == 1 or len(todo) < 100:  # writing thousands of lines takes time
                write_tables(table, [*kept, *done])
    write_tables(table, [*kept, *done], roll.people)
    seconds, failed = time.perf_counter() - started, sum(row.points == "" for row in done)
    print(
        f"{len(todo)} graded or tried in {seconds:.0f} s, {len(done) - len(todo)} were done or "
        f"no notebooks; {failed} without points. {table}"
    )
    absent = {person.student for person in roll.people} - {row.student for row in done}
    if absent:
        print(f"Nothing came from {len(absent)} on the roster: {', '.join(sorted(absent))}")
    _say_what_cost_most(done)
    return done


def _say_what_cost_most(rows: list[Row]) -> None:
    """Reasons that several share may be the tests', or the course's."""
    lost = Counter(
        (row.assignment, task, row.reasons[task]) for row in rows for task in row.reasons
    )
    for (assignment, task, reason), count in lost.most_common(3):
        if count >= 5:
            print(f"{count} × {assignment}, {task}: {reason}")


def _still_true(before: dict, now: list[Row]) -> list[Row]:
    """Lines of the table that this run has nothing new about."""
    keys = {row.key for row in now}
    files = {(row.student, row.file) for row in now}
    return [
        row
        for key, row in before.items()
        if key not in keys and not (row.points == "" and (row.student, row.file) in files)
    ]


def _sort(folder: Path, course: Course, roll: Roll, known: dict) -> tuple[list[Work], list[Row]]:
    """What is to be graded, and what needs no grading: done before, or no submission."""
    reports: dict[Path, Diagnosis] = {}
    closed: dict[Path, str] = {}
    for path, reason in handed_in(folder):
        try:
            if reason:
                raise UnreadableError(reason)
            reports[path] = examine(path, course.release)
        except UnreadableError as error:
            closed[path] = f"not marked: {error}"
        except Exception as error:  # one file is never the end of the class
            closed[path] = f"not marked: the doctor cannot read it ({type(error).__name__})."
    named = [
        (path, reports[path].assignment if path in reports else "") for path in closed | reports
    ]
    if not named:
        raise CourseError(f"There is nothing in {folder}.")
    people = roll.people_of(folder, named)
    rows, groups = [], defaultdict(list)
    for path, assignment in named:
        person, name = people[path], spelt(str(path.relative_to(folder)))
        if path in closed:
            row = Row(person.student, person.name, person.id, file=name)
            rows.append(
                replace(row, remarks="; ".join(filter(None, (closed[path], person.remark))))
            )
        else:
            groups[person.student, assignment].append((path.stat().st_mtime_ns, name, path))
    todo = []
    for (student, assignment), files in groups.items():
        *older, (_, name, path) = sorted(files)
        person, report, sha256 = people[path], reports[path], digest(path)
        for _, other, _ in older:
            remark = f"not marked: {name} is newer."
            rows.append(Row(student, person.name, person.id, file=other, remarks=remark))
        remarks = "; ".join(filter(None, (person.remark, *report.mended, *report.lost)))
        row = Row(
            student, person.name, person.id, assignment, submitted=person.timestamp,
            remarks=remarks, file=name, sha256=sha256,
        )  # fmt: skip
        old = known.get(row.key)
        if old and old.sha256 == sha256 and old.points != "":
            rows.append(old)
        else:
            todo.append(Work(path, row, report, person))
    return todo, rows


def _ran(
    todo: list[Work], course: Course, workers: Callable[[], Executor]
) -> Iterator[tuple[Work, Any]]:
    """Let the submissions run; yield each with its cells and outputs, or an exception."""
    tests = course.tests()
    left = {
        number: cells_of(work.report.notebook, tests[work.row.assignment])
        for number, work in enumerate(todo)
    }
    idle = 0  # rounds in which nothing came
    while left:
        executor, before = workers(), len(left)
        futures = {}
        try:
            with suppress(BrokenExecutor):  # it may break before all have gone in
                for number, cells in left.items():
                    run = partial(run_submission, cells, course.seconds, course.megabytes)
                    futures[executor.submit(run)] = number
            for future in as_completed(futures):
                number = futures[future]
                if isinstance(future.exception(), BrokenExecutor) and idle < 3:
                    continue  # it is run again
                cells = left.pop(number)
                yield todo[number], future.exception() or (cells, future.result())
        finally:
            for future in futures:
                future.cancel()
            executor.shutdown(wait=False)
        idle = 0 if len(left) < before else idle + 1
        if idle > 3:
            raise CourseError("The workers end before they have run anything.")


def _grade(course: Course, work: Work, ran: Any) -> Row:
    """Grade one; whatever goes wrong is a remark, and never stops the others."""
    row = work.row
    try:
        if isinstance(ran, BaseException):
            raise ran
        cells, RAN[cells] = ran[0], ran[1]
        when = ""
        if row.submitted:
            with suppress(ValueError, OverflowError):
                when = str(parse_utc(row.submitted))
        collect(course, row.student, work.report, work.file, when)
        score = course.autograde(row.student, row.assignment)
    except Exception as error:
        last = (str(error).strip() or type(error).__name__).splitlines()[-1]
        return replace(row, remarks=f"could not be graded: {last}; {row.remarks}")
    finally:
        RAN.clear()
    return replace(scored(row, score), sha256=digest(work.file))


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
