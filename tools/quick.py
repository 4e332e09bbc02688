"""Lint, types, and the tests that take no time, where there is no ``make`` too.

``make quick`` is ``python -m tools.quick``; ``python -m tools.quick lint`` leaves the tests out.
"""

import shlex
import subprocess
import sys
from collections.abc import Sequence

LINT = "ruff check .", "ruff format --check .", "mypy"
TESTS = "pytest --numprocesses=2 --dist=loadfile --no-loadscope-reorder -rs -m 'not slow' tests"


def main(arguments: Sequence[str]) -> int:
    """Run one after another, until one fails; its exit status."""
    for command in LINT if list(arguments) == ["lint"] else (*LINT, TESTS):
        print(f"python -m {command}", flush=True)
        if status := subprocess.call([sys.executable, "-m", *shlex.split(command)]):
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
