"""``python -m dreamkit.check NOTEBOOK``: the notebook check, before something is handed in."""

import argparse
import sys
from pathlib import Path

from ..files import unused, write_whole
from ..missing import explained
from ..unicode import say

with explained("The notebook check"):
    from .notebook import examine
    from .reading import UnreadableError, write


def check(arguments: argparse.Namespace) -> int:
    """Find what would break the marking of a notebook, before it is handed in."""
    try:
        report = examine(arguments.file)
    except UnreadableError as error:
        say(f"{arguments.file} cannot be marked: {error}")
        return 2
    say(report)
    if report.mended and not arguments.repair:
        say(f"To mend it: python -m dreamkit.check {arguments.file} --repair")
    if report.mended and arguments.repair:
        kept = unused(arguments.file.with_suffix(".ipynb.before"))
        write_whole(kept, arguments.file.read_bytes())
        write(report.notebook, arguments.file)
        say(f"Mended, without outputs: run it again to see them. As it was: {kept}")
    return 1 if report.lost or (report.mended and not arguments.repair) else 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the notebook check is told."""
    parser.add_argument("file", type=Path, help="a notebook, from Jupyter or Colab")
    parser.add_argument("--repair", action="store_true", help="mend the file, keeping a copy of it")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m dreamkit.check", description=check.__doc__)
    add_arguments(parser)
    sys.exit(check(parser.parse_args()))
