"""``python -m dreamkit.coursework``: the commands for students and instructors."""

import argparse
import os
import shutil
import sys
from pathlib import Path

COURSE = Path("assignments")


def doctor(arguments: argparse.Namespace) -> int:
    """Find what would break the marking of a notebook, before it is handed in."""
    import nbformat

    from .doctor import examine
    from .reading import UnreadableError

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
        part = arguments.file.with_suffix(".part")
        nbformat.write(report.notebook, part)
        os.replace(part, arguments.file)
        print(f"Mended. The file as it was is {kept}.")
    return 1 if report.lost or (report.mended and not arguments.repair) else 0


def release(arguments: argparse.Namespace) -> int:
    """Make the student versions from the sources."""
    from .course import Course

    for path in Course(arguments.course).generate():
        print(path)
    return 0


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
    for with_course in (made,):
        with_course.add_argument(
            "--course", type=Path, default=COURSE, help="the course folder (default: assignments)"
        )
    arguments = parser.parse_args()
    return arguments.do(arguments)


if __name__ == "__main__":
    sys.exit(main())
