"""The notebook check: what it finds, what it mends, what it says."""

import json
import os
import subprocess
import sys

import nbformat
import pytest

from dreamkit.check.notebook import RELEASE, examine, marks
from dreamkit.check.reading import UnreadableError, write

NAME = "01_deepdream"
ANSWER = "def mean_square(activations):\n    return (activations**2).mean()"


@pytest.fixture
def notebook():
    """A submission with two answers."""
    notebook = nbformat.read(RELEASE / NAME / f"{NAME}.ipynb", 4)
    cell(notebook, "mean_square").source = ANSWER
    cell(notebook, "explain").source = "Because of the detail."
    return notebook


def cell(notebook, name):
    (found,) = [c for c in notebook.cells if marks(c).get("grade_id") == name]
    return found


def without(notebook, *names):
    notebook.cells = [c for c in notebook.cells if marks(c).get("grade_id") not in names]
    return notebook


@pytest.fixture
def look(tmp_path):
    """Write a notebook, or text, and let it be looked through."""

    def look(content):
        path = tmp_path / "handed in.ipynb"
        if isinstance(content, nbformat.NotebookNode):
            content = json.dumps(content)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return examine(path)

    return look


def same_as_given(report):
    """Whether the mended notebook has every mark and locked text of the student version."""
    given = nbformat.read(RELEASE / NAME / f"{NAME}.ipynb", 4)
    mended = [c for c in report.notebook.cells if not c.id.startswith("added-")]
    nbformat.validate(report.notebook)
    return [(c.id, c.cell_type, c.metadata) for c in mended] == [
        (c.id, c.cell_type, c.metadata) for c in given.cells
    ] and all(
        a.source == b.source
        for a, b in zip(mended, given.cells, strict=True)
        if marks(b).get("locked")
    )


def has_answers(report):
    written = cell(report.notebook, "explain").source
    return (cell(report.notebook, "mean_square").source, written) == (
        ANSWER,
        "Because of the detail.",
    )


def test_the_student_version_has_no_findings_and_no_answers():
    report = examine(RELEASE / "02_guided_dreams" / "02_guided_dreams.ipynb")
    assert str(report).splitlines() == [
        "This is assignment 02_guided_dreams.",
        "  Nothing stands in the way of marking it.",
        f"  No answer yet: {', '.join(report.empty)}.",
    ]
    assert report.empty[:2] == ("guided_score", "guided_gradient") and len(report.empty) == 10


def test_a_healthy_notebook_has_no_findings(notebook, look):
    report = look(notebook)
    assert (report.assignment, report.mended, report.lost) == (NAME, (), ())
    assert "mean_square" not in report.empty and "climb" in report.empty
    assert same_as_given(report) and has_answers(report)


def test_deleted_checks_and_texts_come_back(notebook, look):
    report = look(without(notebook, "test-climb", "about-climb", "setup"))
    assert len(report.mended) == 3 and "the check of climb was deleted" in " ".join(report.mended)
    assert same_as_given(report) and has_answers(report)


def test_a_deleted_answer_is_told_and_leaves_an_empty_cell(notebook, look):
    report = look(without(notebook, "mean_square"))
    assert report.lost == ("the answer cell of mean_square was deleted; an empty one is put back.",)
    assert "mean_square" in report.empty and same_as_given(report)


def test_of_copies_the_changed_one_counts(notebook, look):
    copy = nbformat.from_dict(cell(notebook, "climb"))
    copy.source, copy.id = "def climb(*a):\n    return 1, 2", "copy"
    notebook.cells.append(copy)
    copy_of_check = nbformat.from_dict(cell(notebook, "test-climb"))
    copy_of_check.id = "copy-2"
    notebook.cells.append(copy_of_check)
    report = look(notebook)
    assert sum("is there 2 times" in finding for finding in report.mended) == 2
    assert cell(report.notebook, "climb").source == copy.source
    assert same_as_given(report)
    assert len(report.notebook.cells) == len(
        nbformat.read(RELEASE / NAME / f"{NAME}.ipynb", 4).cells
    )


def test_of_two_different_answers_the_later_counts_and_both_stay(notebook, look):
    copy = nbformat.from_dict(cell(notebook, "mean_square"))
    copy.source, copy.id = ANSWER + "  # later", "copy"
    notebook.cells.append(copy)
    report = look(notebook)
    assert cell(report.notebook, "mean_square").source == copy.source
    assert [c.source for c in report.notebook.cells if c.id.startswith("added-")] == [ANSWER]


def test_retyped_cells_are_turned_back(notebook, look):
    for name in ("mean_square", "test-mean_square"):
        retyped = cell(notebook, name)
        retyped.cell_type = "markdown"
        del retyped["outputs"], retyped["execution_count"]
    report = look(notebook)
    assert "the answer cell of mean_square is a markdown cell now, not code." in report.mended
    assert same_as_given(report) and has_answers(report)


@pytest.mark.parametrize("ids_kept", [True, False])
def test_lost_marks_are_put_back(notebook, look, ids_kept):
    for c in notebook.cells:
        c.metadata = {}
        if not ids_kept:
            del c["id"]
    notebook.nbformat_minor = 5 if ids_kept else 0
    report = look(notebook)
    assert any("marks are lost" in finding for finding in report.mended)
    assert same_as_given(report) and has_answers(report)


def test_changed_checks_and_points_are_put_back(notebook, look):
    cell(notebook, "test-climb").source = "pass"
    marks(cell(notebook, "test-climb"))["points"] = 99
    report = look(notebook)
    assert any("the check of climb was changed; it is put back" in text for text in report.mended)
    assert same_as_given(report)


def test_what_was_added_to_a_locked_cell_is_kept_below_it(notebook, look):
    setup = cell(notebook, "setup")
    setup.source = "import math\n" + setup.source + "\n\ndef twice(x):\n    return 2 * x"
    report = look(notebook)
    assert same_as_given(report) and has_answers(report)
    place = [c.metadata.get("nbgrader", {}).get("grade_id") for c in report.notebook.cells]
    assert report.notebook.cells[place.index("setup") + 1].source == setup.source


def test_cells_that_moved_go_back_and_own_cells_stay(notebook, look):
    notebook.cells.insert(8, nbformat.v4.new_code_cell("mine = 1", id="mine"))
    notebook.cells.append(notebook.cells.pop(4))
    report = look(notebook)
    assert any("moved" in finding for finding in report.mended)
    assert [c.source for c in report.notebook.cells if c.id.startswith("added-")] == ["mine = 1"]
    assert same_as_given(report) and has_answers(report)


def test_an_answer_that_is_no_python_is_told(notebook, look):
    cell(notebook, "climb").source = "def climb(:\n    pass"
    report = look(notebook)
    assert any("the answer cell of climb is not Python, line 1" in text for text in report.lost)


def test_an_old_format_is_read(notebook, look):
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {},
        "worksheets": [
            {
                "cells": [
                    {"cell_type": c.cell_type, "metadata": c.metadata}
                    | {"input" if c.cell_type == "code" else "source": c.source.splitlines(True)}
                    for c in notebook.cells
                ]
            }
        ],
    }
    report = look(json.dumps(old))
    assert same_as_given(report) and has_answers(report)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is empty"),
        (b"PK\x03\x04rest", "a zip archive"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"%PDF-1.7", "a PDF"),
        (b"{\\rtf1 }", "a text document"),
        (b"\xff\x00\x81", "no text"),
        (b'{"cells": [', "breaks off"),
        (b'{"cells": [,]}', "damaged"),
        (b'{"a": 1}', "no notebook"),
        (b"[" * 100_000, "damaged|breaks off"),
        (b'{"cells": [{"cell_type": "markdown", "source": "# My recipes"}]}', "My recipes"),
        (b"5", "no notebook"),
        (b'[{"cells": null}]', "no notebook"),
        (b'{"worksheets": [{"cells": null}, 5]}', "no notebook"),
        (b'{"cells": [' + b"9" * 5000 + b"]}", "thousands of digits"),
        (b'{"cells": [1, null, {"source": 7, "metadata": []}]}', "none of the assignments"),
    ],
)
def test_what_is_no_submission_is_told(content, message, look):
    with pytest.raises(UnreadableError, match=message):
        look(content)


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "x.ipynb")
    with pytest.raises(UnreadableError, match="no file"):
        examine(tmp_path / "x.ipynb")


def test_thousands_of_blank_lines_take_no_time(notebook, look):
    cell(notebook, "climb").source = "\n" * 200_000 + "def climb(*a): return 1"
    report = look(notebook)  # minutes, if white space is looked through from every line of it
    assert report.lost == () and cell(report.notebook, "climb").source.endswith("return 1")


def test_half_a_character_is_written_as_a_question_mark(notebook, look, tmp_path):
    cell(notebook, "climb").source = "text = '\ud800'"
    report = look(notebook)
    write(report.notebook, tmp_path / "out.ipynb")
    assert "text = '?'" in (tmp_path / "out.ipynb").read_text(encoding="utf-8")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UnreadableError, match="No such file"):
        examine(tmp_path / "nowhere.ipynb")


def run(*arguments, command="dreamkit.check"):
    command = [sys.executable, "-m", *command.split(), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True)


def test_the_command_mends_a_file_and_keeps_the_old_one(notebook, tmp_path):
    path = tmp_path / "mine.ipynb"
    broken = json.dumps(without(notebook, "test-climb"))
    path.write_text(broken, encoding="utf-8")
    first = run(path)
    assert (
        first.returncode == 1
        and "--repair" in first.stdout
        and path.read_text(encoding="utf-8") == broken
    )
    second = run(path, "--repair")
    assert second.returncode == 0 and "Mended" in second.stdout
    assert path.with_suffix(".ipynb.before").read_text(encoding="utf-8") == broken
    for command in ("dreamkit.check", "marking check"):
        third = run(path, command=command)
        assert third.returncode == 0 and "Nothing stands in the way" in third.stdout


def test_the_command_says_what_is_wrong_with_a_damaged_file(tmp_path):
    path = tmp_path / "mine.ipynb"
    path.write_text("{", encoding="utf-8")
    result = run(path)
    assert result.returncode == 2 and "cannot be marked" in result.stdout and not result.stderr
