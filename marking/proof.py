"""Prove the grading: submissions whose points are known beforehand, graded by nbgrader."""

import shutil
from pathlib import Path

from dreamkit.check.notebook import examine
from dreamkit.check.reading import write

from .course import Course, Score
from .grade import collect
from .submissions import Submission, all_submissions


class Proof:
    """Grades in a copy of the course, in an empty folder: the real gradebook is left alone."""

    def __init__(self, course: Path, folder: Path) -> None:
        shutil.copytree(course / "source", folder / "source")
        shutil.copy(course / "nbgrader_config.py", folder)
        self.course = Course(folder, folder / "release", seconds=3.0, megabytes=1024)
        list(self.course.generate())
        self.count = 0

    def grade(self, submission: Submission) -> Score:
        """Hand a submission in as a file, let the notebook check mend it, let nbgrader grade it."""
        self.count += 1
        file = self.course.folder / f"{self.count:03}.ipynb"
        write(submission.notebook, file)
        report = examine(file, self.course.release)
        student = f"student-{self.count:03}"
        collect(self.course, student, report, file)
        return self.course.autograde(student, report.assignment)


def lost(score: Score) -> frozenset[str]:
    """Tasks that lost all their points; a ValueError if one got a part of them: none should."""
    if any(points not in (0, score.most[task]) for task, points in score.tasks.items()):
        raise ValueError(f"points in part: {score.tasks} of {score.most}")
    return frozenset(task for task, points in score.tasks.items() if not points)


def prove(course: Path, release: Path, answers: Path, folder: Path) -> bool:
    """Grade all, print the matrix, and return whether every submission got what it should."""
    proof, right, assignment = Proof(course, folder), True, ""
    for submission in all_submissions(course, release, answers):
        score = proof.grade(submission)
        if submission.assignment != assignment:
            assignment = submission.assignment
            print(f"\n{assignment}: " + ", ".join(f"{n} {t}" for n, t in _numbered(score)))
            print(f"{'':60}" + "".join(f"{n:>3}" for n, _ in _numbered(score)) + "  points")
        as_it_should = lost(score) == submission.fails
        right &= as_it_should
        cells = "".join(f"{points:3g}" for points in score.tasks.values())
        total = f"{score.total:g} of {sum(score.most.values()):g}"
        verdict = "" if as_it_should else f"  WRONG: should lose {sorted(submission.fails)}"
        print(f"{submission.title[:59]:60}{cells}  {total}{verdict}", flush=True)
    print(f"\n{proof.count} submissions, " + ("all as they should." if right else "NOT all right."))
    return right


def _numbered(score: Score) -> list[tuple[int, str]]:
    return list(enumerate(score.tasks, 1))
