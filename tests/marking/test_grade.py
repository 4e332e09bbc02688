"""A class is graded with one command: damaged files stop nobody, and it goes on where it was."""

import csv
import os
import shutil
import subprocess
import sys
from datetime import datetime
from functools import partial
from pathlib import Path

import nbformat
import pytest

from dreamkit.check.notebook import RELEASE, examine, marks
from marking.__main__ import main
from marking.course import Course, CourseError
from marking.execute import Ran, cells_of
from marking.grade import collect, grade_folder
from marking.sandbox.process import Sandbox
from marking.submissions import Assignment, as_colab_writes
from marking.table import read_table

COURSE = Path(__file__).parent.parent.parent / "assignments"


@pytest.fixture
def course(proof, tmp_path):
    """The copy of the course, with no grades yet."""
    (proof.course.folder / "marks.csv").unlink(missing_ok=True)
    return proof.course


@pytest.fixture
def hand_in(tmp_path):
    """A folder of submissions: right ones, one without marks, damaged ones."""
    folder = tmp_path / "class"
    assignment = Assignment(COURSE, RELEASE, "04_character_lstm")
    reference = assignment.filled(assignment.solutions)
    for name, notebook in {
        "ada.ipynb": reference,
        "bob/homework (1).ipynb": as_colab_writes(reference, marks_kept=False),
        "cy 04_character_lstm.ipynb": assignment.filled({}),
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, path)
    (folder / "dee.ipynb").write_text((folder / "ada.ipynb").read_text()[:3000])
    (folder / "eve.ipynb").write_text("")
    return folder


@pytest.fixture
def grade(course, here):
    """Grade a folder, without the start of workers."""
    return partial(grade_folder, course=course, workers=here)


def points(rows):
    return {row.student: row.points for row in rows}


def test_damaged_files_are_told_and_stop_nobody(course, hand_in, grade, capsys):
    rows = grade(hand_in)
    assert points(rows) == {"ada": "22", "bob": "22", "cy": "0", "dee": "", "eve": ""}
    remarks = {row.student: row.remarks for row in rows}
    assert "breaks off" in remarks["dee"] and "empty" in remarks["eve"]
    assert "marks are lost" in remarks["bob"] and remarks["ada"] == ""
    with (course.folder / "marks.csv").open(encoding="utf-8-sig", newline="") as file:
        table = {row["student"]: row for row in csv.DictReader(file)}
    assert table["ada"]["points"] == "22" and table["ada"]["of"] == "22"
    assert table["ada"]["by_hand"] == "explain" and table["dee"]["points"] == ""


def test_it_goes_on_where_it_was(course, hand_in, grade, monkeypatch):
    autograde, calls = Course.autograde, []

    def interrupted(self, student, assignment, ran):
        if len(calls) == 1:
            raise KeyboardInterrupt
        calls.append(student)
        return autograde(self, student, assignment, ran)

    monkeypatch.setattr(Course, "autograde", interrupted)
    with pytest.raises(KeyboardInterrupt):
        grade(hand_in)
    (before,) = calls
    calls.clear()

    def counted(self, student, assignment, ran):
        calls.append(student)
        return autograde(self, student, assignment, ran)

    monkeypatch.setattr(Course, "autograde", counted)
    assert points(grade(hand_in))["bob"] == "22"
    assert len(calls) == 2 and before not in calls  # it was done before the interruption
    calls.clear()
    assert points(grade(hand_in))["ada"] == "22"
    assert calls == []
    nbformat.write(nbformat.read(RELEASE / "04_character_lstm" / "04_character_lstm.ipynb", 4),
                   hand_in / "ada.ipynb")  # fmt: skip
    assert points(grade(hand_in))["ada"] == "0"
    assert calls == ["ada"]  # a new file is graded again


def test_what_nbgrader_collected_is_kept_as_it_was(course, hand_in, grade):
    submitted = course.folder / "submitted"
    kept = submitted.rename(course.folder / "elsewhere") if submitted.exists() else None
    whole, without_marks = (course.submitted(name, "04_character_lstm") for name in ("flo", "gil"))
    for path, source in ((whole, "ada.ipynb"), (without_marks, "bob/homework (1).ipynb")):
        path.parent.mkdir(parents=True)
        path.write_bytes((hand_in / source).read_bytes())
    before = {path: path.read_bytes() for path in (whole, without_marks)}
    assert points(grade(submitted)) == {"flo": "22", "gil": "22"}
    assert whole.read_bytes() == before[whole]
    assert without_marks.with_suffix(".ipynb.before").read_bytes() == before[without_marks]
    rows = (course.folder / "marks.csv").read_bytes()
    assert points(grade(submitted)) == {"flo": "22", "gil": "22"}
    assert (course.folder / "marks.csv").read_bytes().count(b"flo") == rows.count(b"flo")
    if kept:
        submitted.rename(course.folder / "collected")
        kept.rename(submitted)


def test_one_that_cannot_be_graded_stops_nobody(course, hand_in, grade, monkeypatch):
    autograde = Course.autograde

    def fails(self, student, assignment, ran):
        if student == "ada":
            raise CourseError("a log\nand its last line")
        return autograde(self, student, assignment, ran)

    monkeypatch.setattr(Course, "autograde", fails)
    rows = grade(hand_in)
    assert points(rows)["bob"] == "22" and points(rows)["ada"] == ""
    assert "its last line" in next(row.remarks for row in rows if row.student == "ada")


def test_what_the_workers_ran_is_not_run_again(course, hand_in, grade, monkeypatch):
    def refuse(*arguments):
        raise AssertionError("it was run already")

    monkeypatch.setattr("marking.execute.run_submission", refuse)
    assert points(grade(hand_in))["bob"] == "22"


def test_outputs_are_taken_over_for_the_very_cells_that_were_run(course, hand_in):
    file = hand_in / "cy 04_character_lstm.ipynb"  # without answers
    report = examine(file, course.release)
    collect(course, "cy", report, file)
    cells = cells_of(report.notebook, course.tests()[report.assignment])
    no_errors = [[] for _ in cells]
    assert course.autograde("cy", report.assignment, Ran(cells, no_errors)).total == 22
    others = Ran((("1", False), *cells[1:]), no_errors)
    assert course.autograde("cy", report.assignment, others).total == 0
    assert course.autograde("cy", report.assignment).total == 0


def test_again_on_a_part_keeps_the_rest_of_the_table(course, hand_in, grade, tmp_path):
    grade(hand_in)
    part = tmp_path / "part"
    part.mkdir()
    shutil.copy(hand_in / "ada.ipynb", part)
    assert points(grade(part, again=True)) == {"ada": "22"}
    table = read_table(course.folder / "marks.csv").values()
    assert points(table) == {"ada": "22", "bob": "22", "cy": "0", "dee": "", "eve": ""}
    shutil.copy(part / "ada.ipynb", hand_in / "dee.ipynb")
    grade(hand_in)  # what was damaged came again: one line, with points
    dee = [row for row in read_table(course.folder / "marks.csv").values() if row.student == "dee"]
    assert [row.points for row in dee] == ["22"]


def test_every_file_is_a_line_with_marks_or_a_reason(course, hand_in, grade, tmp_path):
    whole = (hand_in / "ada.ipynb").read_text()
    shutil.rmtree(hand_in)
    hand_in.mkdir()
    (tmp_path / "outside.ipynb").write_text(whole)
    digits = '{"cells": [' + "9" * 5000 + "]}"
    reasons = {"five.ipynb": ("5", "no notebook"), "digits.ipynb": (digits, "thousands of digits")}
    reasons |= {"cells.ipynb": ('[{"cells": null}]', "no notebook")}
    reasons |= {"sheets.ipynb": ('{"worksheets": [{"cells": null}, 5]}', "no notebook")}
    reasons |= {"x.pdf": ("%PDF", "no notebook (.pdf)"), "x.zip": ("PK", "Unpack it")}
    for name, (text, _) in reasons.items():
        (hand_in / name).write_text(text)
    (hand_in / "folder.ipynb").mkdir()
    os.mkfifo(hand_in / "pipe.ipynb")
    (hand_in / "dangling.ipynb").symlink_to(tmp_path / "nowhere")
    (hand_in / "outside.ipynb").symlink_to(tmp_path / "outside.ipynb")
    said = {name: reason for name, (_, reason) in reasons.items()}
    said |= {"folder.ipynb": "a folder", "pipe.ipynb": "a pipe", "dangling.ipynb": "nowhere"}
    said |= {"outside.ipynb": "not handed in"}
    strange = hand_in / os.fsdecode(b"bad \xff.ipynb")
    for path in (strange, hand_in / "gil.ipynb.txt", hand_in / "hal.IPYNB"):
        path.write_text(whole)
    (hand_in / ".DS_Store").write_text("")
    rows = {row.file: row for row in grade(hand_in)}
    for name, reason in said.items():
        assert rows[name].points == "" and reason in rows[name].remarks, name
    right = {"bad \N{REPLACEMENT CHARACTER}.ipynb", "gil.ipynb.txt", "hal.IPYNB"}
    assert {rows[name].points for name in right} == {"22"}
    assert set(rows) == set(said) | right


def test_the_table_says_why_and_platforms_import_it(course, hand_in, grade):
    (hand_in / "ada.ipynb").rename(hand_in / "lovelaceada_12_345_hw.ipynb")
    notebook = nbformat.read(hand_in / "lovelaceada_12_345_hw.ipynb", 4)
    for cell in notebook.cells:
        if marks(cell).get("grade_id") == "softmax":
            cell.source = "import nothing_like_it\n" + cell.source
        if marks(cell).get("grade_id") == "top_k":
            cell.source = "def top_k(p, k):\n    return {}[k]"
    nbformat.write(notebook, hand_in / "lovelaceada_12_345_hw.ipynb")
    grade(hand_in)
    with (course.folder / "marks.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = [row for row in csv.DictReader(file) if row["id"] == "12"]
    assert (row["windows"], row["why not: windows"]) == ("2", "")
    assert row["softmax"] == "0" and "No module named 'nothing_like_it'" in row["why not: softmax"]
    assert row["top_k"] == "0" and "KeyError" in row["why not: top_k"]
    with (course.folder / "marks-canvas.csv").open(encoding="utf-8", newline="") as file:
        most, *people = csv.DictReader(file)
    assert most["Student"].strip() == "Points Possible" and most["04_character_lstm"] == "22"
    (ada,) = [person for person in people if person["ID"] == "12"]
    assert ada["04_character_lstm"] == row["points"] == "17"
    moodle = course.folder / "marks-moodle-04_character_lstm.csv"
    with moodle.open(encoding="utf-8", newline="") as file:
        (ada,) = [person for person in csv.DictReader(file) if person["ID number"] == "12"]
    assert ada["Grade"] == "17" and "top_k: the code ended in KeyError" in ada["Feedback comments"]


def test_when_it_came_reaches_nbgraders_gradebook(course, hand_in, grade):
    for path in [*hand_in.rglob("*.ipynb")]:
        if path.name != "ada.ipynb":
            path.unlink()
    (hand_in / "ada.ipynb").rename(hand_in / "HW_late1_attempt_2026-03-01-12-30-00_hw.ipynb")
    (row,) = grade(hand_in)
    assert (row.student, row.submitted) == ("late1", "2026-03-01 12:30:00")
    with course.gradebook() as gradebook:
        found = gradebook.find_submission("04_character_lstm", "late1")
        assert found.timestamp == datetime(2026, 3, 1, 12, 30)


def test_a_folder_without_notebooks_is_told(tmp_path):
    command = [sys.executable, "-m", "marking", "grade", str(tmp_path)]
    result = subprocess.run([*command, "--course", COURSE], capture_output=True, text=True)
    assert result.returncode == 2 and "nothing in" in result.stdout
    result = subprocess.run([*command, "--course", tmp_path], capture_output=True, text=True)
    assert result.returncode == 2 and "no course folder" in result.stdout


@pytest.mark.parametrize("system", ["win32", "darwin"])
@pytest.mark.parametrize("command", ["grade", "proof"])
def test_without_linux_nothing_is_run(system, command, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(sys, "argv", ["marking", command, str(tmp_path / "nowhere")])
    assert main() == 2
    said = capsys.readouterr().out
    assert all(word in said for word in ("Linux", "Landlock", "WSL", "container"))
    with pytest.raises(OSError, match="needs Linux"):  # nbgrader's own commands
        Sandbox()
