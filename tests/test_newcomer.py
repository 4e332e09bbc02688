"""The table of times and memory is what was measured, for every lesson."""

from benchmarks.newcomer import table
from tools.links import NOTEBOOKS
from tools.measure import PAGE, kept

MEASURED = kept("newcomer")


def test_the_page_has_the_numbers_that_were_measured():
    assert table(MEASURED) in PAGE.read_text(encoding="utf-8")


def test_every_lesson_was_measured():
    assert list(MEASURED["lessons"]) == sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))


def test_lessons_are_quick_and_fit_into_binder():
    """Under 90 seconds and 1.5 GB each; with JupyterLab under 2 GB, which is what Binder gives."""
    for seconds, memory in MEASURED["lessons"].values():
        assert seconds < 90 and memory < 1500
        assert memory + MEASURED["server"] < 2000
