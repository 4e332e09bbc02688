"""``python -m marking``: the commands for instructors."""

import argparse
import os
import sys
import tempfile
from functools import partial
from pathlib import Path

from dreamkit.arguments import as_path
from dreamkit.check.__main__ import add_arguments, check

from .sandbox.restrictions import ELSEWHERE, has_landlock, has_seccomp, is_linux

COURSE = Path("assignments")


def a_path(text: str) -> Path:
    """A path on the command line; what can be none is said in a sentence."""
    try:
        return as_path(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def release(arguments: argparse.Namespace) -> int:
    """Make the student versions from the sources."""
    from .course import Course, CourseError

    try:
        for path in Course(arguments.course).generate():
            print(path)
    except CourseError as error:
        print(error)
        return 2
    return 0


def grade(arguments: argparse.Namespace) -> int:
    """Grade all notebooks of a folder."""
    if not is_linux():
        print(ELSEWHERE)
        return 2
    from .course import Course, CourseError
    from .grade import grade_folder
    from .people import People
    from .workers import cluster, pool

    if not (has_landlock() and has_seccomp()):
        print(
            "This system lacks Landlock (Linux 5.13 or later) or libseccomp: Python alone guards "
            "files or processes. For work of people you do not know, grade in a container."
        )
    limits = {"seconds": arguments.seconds, "megabytes": arguments.megabytes}
    given = {name: value for name, value in limits.items() if value is not None}
    try:
        course = Course(arguments.course, **given)
        people = People(arguments.pattern, arguments.roster)
        workers = partial(pool, arguments.workers)
        if arguments.cluster:
            workers = partial(cluster, arguments.cluster)
        rows = grade_folder(arguments.folder, course, arguments.again, people, workers)
    except CourseError as error:
        print(error)
        return 2
    return 1 if any(row.points == "" for row in rows) else 0


def proof(arguments: argparse.Namespace) -> int:
    """Grade submissions whose points are known, and print the matrix of points."""
    if not is_linux():
        print(ELSEWHERE)
        return 2
    from dreamkit.check.notebook import RELEASE

    from .course import CourseError
    from .proof import prove

    if not (arguments.answers / "cheats.py").is_file():
        print(f"{arguments.answers} is no folder with answers, mutants and cheats.py.")
        return 2
    with tempfile.TemporaryDirectory(prefix="dreamkit-proof-") as folder:
        try:
            return not prove(arguments.course, RELEASE, arguments.answers, Path(folder))
        except CourseError as error:
            print(error)
            return 2


def main() -> int:
    """Read the command line and do what it says."""
    parser = argparse.ArgumentParser(prog="python -m marking")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(function, **how):  # noqa: ANN001, ANN202
        added = commands.add_parser(function.__name__, help=function.__doc__, **how)
        added.set_defaults(do=function)
        return added

    add_arguments(command(check))
    made = command(release)
    graded = command(grade)
    graded.add_argument(
        "folder", type=a_path, help="a platform's download, or STUDENT.ipynb, STUDENT/…"
    )
    graded.add_argument("--again", action="store_true", help="also what was graded before")
    graded.add_argument("--roster", type=a_path, help="a CSV of the class, as platforms export it")
    graded.add_argument(
        "--pattern", help="of files' names: a regular expression, (?P<student_id>…)"
    )
    graded.add_argument("--workers", type=int, default=os.cpu_count(), help="processes (all cores)")
    graded.add_argument("--cluster", metavar="ADDRESS", help="of a Dask scheduler, to run there")
    graded.add_argument("--seconds", type=float, help="limit for a cell or a task (10)")
    graded.add_argument("--megabytes", type=int, help="limit on memory (2048)")
    proved = command(proof)
    proved.add_argument("answers", type=a_path, help="the folder with answers, mutants and cheats")
    for with_course in (made, graded, proved):
        with_course.add_argument(
            "--course", type=a_path, default=COURSE, help="the course folder (default: assignments)"
        )
    arguments = parser.parse_args()
    return arguments.do(arguments)


if __name__ == "__main__":
    sys.exit(main())
