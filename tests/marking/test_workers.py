"""Submissions are run by workers: one that is killed loses nothing, and nobody is marked twice."""

import os
import signal
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path

import nbformat
import pytest

from dreamkit.check.notebook import RELEASE
from marking.course import Course
from marking.grade import grade_folder
from marking.submissions import Assignment, snippets
from marking.table import read_table
from marking.workers import cluster, pool

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # of nbgrader's

COURSE = Path(__file__).parent.parent.parent / "assignments"
ANSWERS = Path(__file__).parent / "submissions"


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    """Six notebooks, each but the first with a mistake of its own."""
    folder = tmp_path_factory.mktemp("class")
    name = "02_guided_dreams"
    assignment = Assignment(COURSE, RELEASE, name)
    mistakes = [s for s in snippets(ANSWERS / f"{name}.py") if s.kind == "mutant"][::4][:5]
    for number, wrong in enumerate([{}, *({s.task: s.source} for s in mistakes)]):
        notebook = assignment.filled(assignment.solutions | wrong)
        nbformat.write(notebook, folder / f"s-{number}.ipynb")
    return folder


@pytest.fixture
def grade(proof, handed_in, monkeypatch):
    """Grade the class; gives the points of each, and who was marked in which order."""
    autograde = Course.autograde

    def grade(workers, each=lambda: None):
        marked = []

        def counted(self, student, assignment, ran):
            marked.append(student)
            each()
            return autograde(self, student, assignment, ran)

        monkeypatch.setattr(Course, "autograde", counted)
        rows = grade_folder(handed_in, proof.course, workers=workers)
        return {row.student: (row.points, row.reasons) for row in rows}, marked

    (proof.course.folder / "marks.csv").unlink(missing_ok=True)
    return grade


@pytest.fixture(scope="module")
def expected(proof, handed_in, here):
    (proof.course.folder / "marks.csv").unlink(missing_ok=True)
    rows = grade_folder(handed_in, proof.course, workers=here)
    points = {row.student: (row.points, row.reasons) for row in rows}
    assert len(points) == 6 and all(score for score, _ in points.values())
    assert len({score for score, _ in points.values()}) > 1
    return points


def test_a_pool_that_breaks_is_made_again_for_what_is_left(grade, expected, here, proof):
    class Breaks(here):
        """A pool of which a process is killed while it runs its third submission."""

        made = 0

        def __init__(self):
            self.count, Breaks.made = 0, Breaks.made + 1

        def submit(self, function, /, *arguments):
            self.count += 1
            if Breaks.made == 1 and self.count > 2:
                future = Future()
                future.set_exception(BrokenProcessPool("a process was killed"))
                return future
            return super().submit(function, *arguments)

    points, marked = grade(Breaks)
    assert points == expected and Breaks.made == 2
    assert sorted(marked) == sorted(expected)  # each once
    assert set(read_table(proof.course.folder / "marks.csv")) == {
        (student, "02_guided_dreams", "") for student in expected
    }
    assert grade(Breaks) == (expected, [])  # a second run marks only what changed


def test_a_pool_that_always_breaks_is_told_and_ends(grade, here):
    class Broken(here):
        def submit(self, function, /, *arguments):  # noqa: ARG002
            future = Future()
            future.set_exception(BrokenProcessPool("a process was killed"))
            return future

    points, marked = grade(Broken)
    assert {score for score, _ in points.values()} == {""} and marked == []


def test_a_dask_cluster_with_a_worker_killed_gives_the_same_marks(grade, expected):
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as two,
        distributed.Client(two) as client,
    ):
        left = [list(client.run(os.getpid).values())[0]]

        def kill():
            if left:
                os.kill(left.pop(), signal.SIGKILL)

        points, marked = grade(partial(cluster, two.scheduler_address), kill)
    assert points == expected and not left
    assert sorted(marked) == sorted(expected)


def test_processes_of_this_machine_give_the_same_marks(grade, expected):
    assert grade(partial(pool, 2))[0] == expected
