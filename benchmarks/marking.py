"""Grade a thousand submissions twice: by two processes, and by a Dask cluster that loses a worker.

``python -m benchmarks.marking`` makes a class out of the proof's submissions (right answers, wrong
ones, cheats, endless loops), every student with one, and prints the seconds for a submission.
``--students 100 --ordinary`` takes a class without attacks and only the two processes.
"""

import argparse
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import psutil

from dreamkit.check.notebook import RELEASE
from dreamkit.check.reading import write
from marking.grade import grade_folder
from marking.proof import Proof
from marking.submissions import all_submissions
from marking.workers import cluster, pool
from tools.links import ROOT
from tools.measure import footer, keep

COURSE, ANSWERS = ROOT / "assignments", ROOT / "tests" / "marking" / "submissions"
ATTACKS = ("never ends", "takes all", "cheat")
WORKERS = 2


def write_class(folder: Path, students: int, ordinary: bool) -> None:
    """Notebooks of a class, in turn those of the proof; without its attacks if it is ordinary."""
    notebooks = [
        submission.notebook
        for submission in all_submissions(COURSE, RELEASE, ANSWERS)
        if not (ordinary and any(attack in submission.title for attack in ATTACKS))
    ]
    for number, notebook in zip(range(students), cycle(notebooks), strict=False):
        write(notebook, folder / f"student-{number:04}.ipynb")


def graded(handed_in: Path, workers: Callable[[], Any]) -> tuple[float, dict[str, Any]]:
    """Seconds that the class takes in a new course, and each student's points and reasons."""
    with tempfile.TemporaryDirectory() as folder:
        course = Proof(COURSE, Path(folder)).course
        started = time.perf_counter()
        rows = grade_folder(handed_in, course, workers=workers)
        seconds = time.perf_counter() - started
    marks = {row.student: (row.points, row.tasks, row.reasons) for row in rows}
    assert len(marks) == len(rows), "somebody was marked twice"
    return seconds, marks


def on_a_cluster(handed_in: Path, kill_after: float) -> tuple[float, dict[str, Any]]:
    """The same on a cluster of this machine, of which a worker is killed after some seconds."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None) as made:
        victim = psutil.Process(made.workers[0].pid)
        timer = threading.Timer(kill_after, victim.kill)
        timer.start()
        seconds, marks = graded(handed_in, partial(cluster, made.scheduler_address))
        timer.cancel()
        assert not victim.is_running(), "the class was done before a worker was killed"
    return seconds, marks


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=1000)
    parser.add_argument("--ordinary", action="store_true", help="no attacks, and no cluster")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        handed_in = Path(folder)
        write_class(handed_in, arguments.students, arguments.ordinary)
        seconds, marks = graded(handed_in, partial(pool, WORKERS))
        results: dict[str, Any] = {
            "students": arguments.students,
            "seconds": {"two processes": seconds},
        }
        if not arguments.ordinary:
            again, others = on_a_cluster(handed_in, kill_after=seconds / 2)
            results["seconds"]["two Dask workers, one killed half-way"] = again
            results["other points or reasons"] = sum(
                marks[student] != others[student] for student in marks
            )
    kind = "ordinary" if arguments.ordinary else "proof"
    print(table(keep(f"marking_{kind}", results)))


def table(results: dict[str, Any]) -> str:
    """Markdown."""
    lines = ["| submissions run by | seconds in all | seconds each |", "|---|---|---|"]
    for how, seconds in results["seconds"].items():
        lines.append(f"| {how} | {seconds:.0f} | {seconds / results['students']:.2f} |")
    if "other points or reasons" in results:
        lines += ["", f"Points or reasons that differ: {results['other points or reasons']}."]
    return "\n".join([*lines, "", f"{results['students']} submissions. {footer(results)}"])


if __name__ == "__main__":
    main()
