"""The student versions: generated, up to date, and without solutions or hidden tests."""

from pathlib import Path

import nbformat
import pytest

from dreamkit.check.notebook import RELEASE, is_test, marks
from dreamkit.check.task import TASKS

COURSE = Path(__file__).parent.parent.parent / "assignments"
SOURCES = sorted(COURSE.glob("source/*/*.ipynb"))
GIVEN_AWAY = ("SOLUTION", "HIDDEN", "Rubric", "assert")


@pytest.fixture(params=SOURCES, ids=lambda path: path.stem)
def source(request):
    return request.param


def student_version(source):
    return RELEASE / source.parent.name / source.name


def test_there_is_one_source_for_each_lesson():
    lessons = sorted(path.name[:2] for path in (COURSE.parent / "notebooks").glob("0[1-4]*"))
    assert [path.name[:2] for path in SOURCES] == lessons


def test_the_student_version_is_what_nbgrader_makes_of_the_source(source, proof):
    made = proof.course.release / source.parent.name / source.name
    assert student_version(source).read_text(encoding="utf-8") == made.read_text(encoding="utf-8")


def test_the_student_version_gives_nothing_away(source):
    text = student_version(source).read_text(encoding="utf-8")
    assert not [word for word in GIVEN_AWAY if word in text]
    solutions = [cell for cell in nbformat.read(source, 4).cells if marks(cell).get("solution")]
    for cell in solutions:
        inside = cell.source.partition("BEGIN SOLUTION\n")[2].partition("### END")[0]
        lines = [line.strip() for line in inside.splitlines() if len(line.strip()) > 15]
        assert inside.strip()
        assert not [line for line in lines if line in text]


def test_hidden_tests_are_in_every_task(source):
    for cell in nbformat.read(source, 4).cells:
        if is_test(cell):
            visible, _, hidden = cell.source.partition("### BEGIN HIDDEN TESTS\n")
            task = marks(cell)["grade_id"].removeprefix("test-")
            assert visible == f"dk.check.{task}({task})\n"
            assert hidden.count("assert") >= 1 and hidden.endswith("### END HIDDEN TESTS")


def test_tasks_are_six_to_ten_and_have_a_check_each(source):
    cells = nbformat.read(source, 4).cells
    tests = [marks(cell)["grade_id"].removeprefix("test-") for cell in cells if is_test(cell)]
    answers = [marks(cell)["grade_id"] for cell in cells if marks(cell).get("solution")]
    assert 6 <= len(answers) <= 10
    assert tests == TASKS[source.stem]
    written = set(answers) - set(tests)
    assert written and all(name.startswith("explain") for name in written)
    for cell in cells:
        if marks(cell).get("grade_id") in written:
            assert cell.cell_type == "markdown" and marks(cell)["grade"] and marks(cell)["points"]
            assert "Rubric" in cell.source


def test_it_opens_as_a_lesson_does(source):
    notebook = nbformat.read(student_version(source), 4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code[0].id == "colab" and "import dreamkit as dk" in code[0].source
    assert notebook.metadata.kernelspec.name == "python3"
    assert not [cell for cell in code if cell.outputs or cell.execution_count]
