"""A course folder of nbgrader: its settings, its student versions, one submission graded."""

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import capture_log, temp_attrs
from sqlalchemy.exc import SAWarning
from traitlets.config.loader import PyFileConfigLoader

from dreamkit.check.notebook import RELEASE, is_test, marks

from .execute import AutogradeRan, ExecuteApart, Ran, tests_of


class CourseError(ValueError):
    """What was asked for cannot be done; the message says why, or has nbgrader's log."""


@dataclass(frozen=True)
class Score:
    """What nbgrader's gradebook says about one submission."""

    tasks: dict[str, float]  # points of each task that is graded automatically
    most: dict[str, float]  # how many there are to get
    by_hand: tuple[str, ...]  # written answers that wait for a person
    reasons: dict[str, str] = field(default_factory=dict)  # why a task has no points

    @property
    def total(self) -> float:
        """Points of all tasks."""
        return sum(self.tasks.values())


class Course:
    """An nbgrader course folder: ``source/``, ``nbgrader_config.py`` and what nbgrader adds.

    ``settings`` are those of ``ExecuteApart``, in place of the folder's.
    """

    def __init__(self, folder: Path, release: Path = RELEASE, **settings: Any) -> None:
        folder = Path(folder).resolve()
        if not (folder / "nbgrader_config.py").is_file():
            raise CourseError(f"{folder} is no course folder: it has no nbgrader_config.py.")
        # nbgrader calls `alembic` by name; without an activated environment it is not on the path.
        beside_python = os.path.dirname(sys.executable)
        if beside_python not in os.environ["PATH"].split(os.pathsep):
            os.environ["PATH"] = beside_python + os.pathsep + os.environ["PATH"]
        # SQLAlchemy has remarks about nbgrader's queries, which are no concern of whoever marks.
        warnings.filterwarnings("ignore", category=SAWarning)
        config = PyFileConfigLoader("nbgrader_config.py", str(folder)).load_config()
        config.CourseDirectory.root = str(folder)
        config.CourseDirectory.release_directory = str(release)
        config.ExecuteApart.update(settings)
        limits = ExecuteApart(config=config)
        self.seconds, self.megabytes = limits.seconds, limits.megabytes
        self.folder, self.release = folder, release
        self.directory = CourseDirectory(config=config)
        self.nbgrader = NbGraderAPI(self.directory, config=config)

    @property
    def assignments(self) -> list[str]:
        """Names of the assignments."""
        return sorted(path.parent.name for path in self.folder.glob("source/*/*.ipynb"))

    def generate(self) -> Iterator[Path]:
        """Make the student versions, and note solutions' and tests' cells in the gradebook."""
        for name in self.assignments:
            _check(self.nbgrader.generate_assignment(name))
            yield self.release / name / f"{name}.ipynb"

    def ready(self) -> bool:
        """Whether the gradebook knows all assignments."""
        with self.gradebook() as gradebook:
            return {each.name for each in gradebook.assignments} >= set(self.assignments)

    def submitted(self, student: str, assignment: str) -> Path:
        """Where nbgrader looks for a submission."""
        return self.folder / "submitted" / student / assignment / f"{assignment}.ipynb"

    def autograde(self, student: str, assignment: str, ran: Ran | None = None) -> Score:
        """Let nbgrader grade a submission, run already or not; its score, or CourseError."""
        with temp_attrs(self.directory, assignment_id=assignment, student_id=student):
            steps = AutogradeRan(self.directory, parent=self.nbgrader)
            steps.force, steps.ran = True, ran
            _check(capture_log(steps))
        return self.score(student, assignment)

    def score(self, student: str, assignment: str) -> Score:
        """The score of a graded submission."""
        with self.gradebook() as gradebook:
            submission = gradebook.find_submission_notebook(assignment, assignment, student)
            tasks, most, by_hand = {}, {}, []
            for grade in submission.grades:
                name = grade.name.removeprefix("test-")
                if grade.cell.cell_type == "code" or grade.manual_score is not None:
                    tasks[name], most[name] = grade.score or 0.0, grade.max_score
                elif grade.needs_manual_grade:
                    by_hand.append(name)
        return Score(tasks, most, tuple(by_hand), self._reasons(student, assignment))

    def _reasons(self, student: str, assignment: str) -> dict[str, str]:
        """What the tests' cells of a graded notebook say."""
        path = self.folder / "autograded" / student / assignment / f"{assignment}.ipynb"
        reasons = {}
        for cell in nbformat.read(path, as_version=4).cells:
            said = [out.evalue for out in cell.get("outputs", []) if out.output_type == "error"]
            if is_test(cell) and said:
                reasons[marks(cell)["grade_id"].removeprefix("test-")] = said[0]
        return reasons

    def tests(self) -> dict[str, dict[str, str]]:
        """The tests of each assignment, by the names of their cells."""
        with self.gradebook() as gradebook:
            return {name: tests_of(gradebook, name, name) for name in self.assignments}

    @contextmanager
    def gradebook(self) -> Iterator[Gradebook]:
        """Open nbgrader's gradebook."""
        with Gradebook(self.directory.db_url, self.directory.course_id) as gradebook:
            yield gradebook


def _check(answer: dict[str, Any]) -> None:
    if not answer["success"]:
        raise CourseError(f"{answer.get('error', '')}\n{answer.get('log', '')}".strip())
