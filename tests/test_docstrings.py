"""Docstrings keep their word: every example runs, and the names of the course say where it is."""

import doctest
import importlib
import inspect
import json
import re
from pathlib import Path

import numpy as np
import pytest

import dreamkit as dk
from dreamkit.check.task import DONE

ROOT = Path(__file__).parent.parent
FILES = [
    f for room in ("dreamkit", "marking", "recipes") for f in sorted((ROOT / room).rglob("*.py"))
]
WITH_EXAMPLES = [file for file in FILES if ">>> " in file.read_text(encoding="utf-8")]
TAUGHT = re.compile(r"Taught in lessons? (0\d(?:(?:, | and )0\d)*)\.")


def named(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("name", [named(file) for file in WITH_EXAMPLES])
def test_every_example_runs_where_the_package_and_numpy_are_imported(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    said = []
    if name.startswith("marking"):
        pytest.importorskip("nbgrader")
    module = importlib.import_module(name)
    with DONE.afresh():
        for shown in doctest.DocTestFinder().find(module, globs={"dk": dk, "np": np}):
            runner.run(shown, out=said.append)
    assert runner.tries and not said, "".join(said)


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=named)
def test_an_example_is_left_out_only_for_a_download_and_says_so(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    skipped = [number for number, line in enumerate(lines) if "+SKIP" in line]
    assert all("downloads" in " ".join(lines[number - 2 : number]) for number in skipped)


@pytest.mark.parametrize("name", [name for name in dk.__all__ if not name.islower()])
def test_a_class_of_the_course_says_which_lesson_teaches_it(name):
    assert TAUGHT.fullmatch(inspect.getdoc(getattr(dk, name)).splitlines()[-1])


@pytest.mark.parametrize("name", [name for name in dk.__all__ if name.islower()])
def test_a_name_of_the_course_says_which_lesson_teaches_it(name):
    thing = getattr(dk, name)
    if inspect.ismodule(thing):
        return
    *_, last = inspect.getdoc(thing).splitlines()
    assert TAUGHT.fullmatch(last), last
    for number in re.findall(r"0\d", last):
        (lesson,) = (ROOT / "notebooks").glob(f"{number}_*.ipynb")
        cells = json.loads(lesson.read_text(encoding="utf-8"))["cells"]
        assert f"dk.{name}" in "".join("".join(cell["source"]) for cell in cells)
