"""``python -m dreamkit.coursework``: the commands for students and instructors."""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

COURSE = Path("assignments")


def doctor(arguments: argparse.Namespace) -> int:
    """Find what would break the marking of a notebook, before it is handed in."""
    from .doctor import examine
    from .reading import UnreadableError, write

    try:
        report = examine(arguments.file)
    except UnreadableError as error:
        print(f"{arguments.file} cannot be marked: {error}")
        return 2
    print(report)
    if report.mended and not arguments.repair:
        print(f"To mend it: python -m dreamkit.coursework doctor {arguments.file} --repair")
    if report.mended and arguments.repair:
        kept = arguments.file.with_suffix(".ipynb.before")
        shutil.copy2(arguments.file, kept)
        write(report.notebook, arguments.file)
        print(f"Mended, without outputs: run it again to see them. As it was: {kept}")
    return 1 if report.lost or (report.mended and not arguments.repair) else 0


def release(arguments: argparse.Namespace) -> int:
    """Make the student versions from the sources."""
    from .course import Course

    for path in Course(arguments.course).generate():
        print(path)
    return 0


def grade(arguments: argparse.Namespace) -> int:
    """Grade all notebooks of a folder."""
    if sys.platform == "win32":
        print("Marking needs Linux or macOS; on Windows, use WSL.")
        return 2
    from .course import Course, CourseError
    from .fence import has_landlock
    from .grade import grade_folder

    if not has_landlock():
        print(
            "This system has no Landlock (Linux 5.13 or later): files are guarded by Python alone. "
            "For work of people you do not know, grade in a container."
        )
    limits = {"seconds": arguments.seconds, "megabytes": arguments.megabytes}
    given = {name: value for name, value in limits.items() if value is not None}
    try:
        rows = grade_folder(arguments.folder, Course(arguments.course, **given), arguments.again)
    except CourseError as error:
        print(error)
        return 2
    return 1 if any(row.points == "" for row in rows) else 0


def proof(arguments: argparse.Namespace) -> int:
    """Grade submissions whose points are known, and print the matrix of points."""
    from .doctor import RELEASE
    from .proof import prove

    with tempfile.TemporaryDirectory(prefix="dreamkit-proof-") as folder:
        return not prove(arguments.course, RELEASE, arguments.answers, Path(folder))


def main() -> int:
    """Read the command line and do what it says."""
    parser = argparse.ArgumentParser(prog="python -m dreamkit.coursework")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(function, **how):  # noqa: ANN001, ANN202
        added = commands.add_parser(function.__name__, help=function.__doc__, **how)
        added.set_defaults(do=function)
        return added

    mend = command(doctor)
    mend.add_argument("file", type=Path, help="a notebook, from Jupyter or Colab")
    mend.add_argument("--repair", action="store_true", help="mend the file, keeping a copy of it")
    made = command(release)
    graded = command(grade)
    graded.add_argument("folder", type=Path, help="STUDENT.ipynb or STUDENT/… in it")
    graded.add_argument("--again", action="store_true", help="also what was graded before")
    graded.add_argument("--seconds", type=float, help="limit for a cell or a task (10)")
    graded.add_argument("--megabytes", type=int, help="limit on memory (2048)")
    proved = command(proof)
    proved.add_argument("answers", type=Path, help="the folder with answers, mutants and cheats")
    for with_course in (made, graded, proved):
        with_course.add_argument(
            "--course", type=Path, default=COURSE, help="the course folder (default: assignments)"
        )
    arguments = parser.parse_args()
    return arguments.do(arguments)


if __name__ == "__main__":
    sys.exit(main())
