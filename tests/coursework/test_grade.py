"""A class is graded with one command: damaged files stop nobody, and it goes on where it was."""

import csv
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from dreamkit.coursework.course import Course, CourseError
from dreamkit.coursework.doctor import RELEASE
from dreamkit.coursework.grade import grade_folder, student_of
from dreamkit.coursework.submissions import Assignment, as_colab_writes

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


def points(rows):
    return {row.student: row.points for row in rows}


def test_damaged_files_are_told_and_stop_nobody(course, hand_in, capsys):
    rows = grade_folder(hand_in, course)
    assert points(rows) == {"ada": "22", "bob": "22", "cy": "0", "dee": "", "eve": ""}
    remarks = {row.student: row.remarks for row in rows}
    assert "breaks off" in remarks["dee"] and "empty" in remarks["eve"]
    assert "marks are lost" in remarks["bob"] and remarks["ada"] == ""
    with (course.folder / "marks.csv").open(newline="") as file:
        table = {row["student"]: row for row in csv.DictReader(file)}
    assert table["ada"]["points"] == "22" and table["ada"]["of"] == "22"
    assert table["ada"]["by_hand"] == "explain" and table["dee"]["points"] == ""


def test_it_goes_on_where_it_was(course, hand_in, monkeypatch):
    grade = Course.autograde

    def interrupted(self, student, assignment):
        if student == "bob":
            raise KeyboardInterrupt
        return grade(self, student, assignment)

    monkeypatch.setattr(Course, "autograde", interrupted)
    with pytest.raises(KeyboardInterrupt):
        grade_folder(hand_in, course)
    calls = []

    def counted(self, student, assignment):
        calls.append(student)
        return grade(self, student, assignment)

    monkeypatch.setattr(Course, "autograde", counted)
    assert points(grade_folder(hand_in, course))["bob"] == "22"
    assert "ada" not in calls and "bob" in calls  # ada was done before the interruption
    calls.clear()
    assert points(grade_folder(hand_in, course))["ada"] == "22"
    assert calls == []
    nbformat.write(nbformat.read(RELEASE / "04_character_lstm" / "04_character_lstm.ipynb", 4),
                   hand_in / "ada.ipynb")  # fmt: skip
    assert points(grade_folder(hand_in, course))["ada"] == "0"
    assert calls == ["ada"]  # a new file is graded again


def test_what_nbgrader_collected_is_kept_as_it_was(course, hand_in):
    submitted = course.folder / "submitted"
    kept = submitted.rename(course.folder / "elsewhere") if submitted.exists() else None
    whole, without_marks = (course.submitted(name, "04_character_lstm") for name in ("flo", "gil"))
    for path, source in ((whole, "ada.ipynb"), (without_marks, "bob/homework (1).ipynb")):
        path.parent.mkdir(parents=True)
        path.write_bytes((hand_in / source).read_bytes())
    before = {path: path.read_bytes() for path in (whole, without_marks)}
    assert points(grade_folder(submitted, course)) == {"flo": "22", "gil": "22"}
    assert whole.read_bytes() == before[whole]
    assert without_marks.with_suffix(".ipynb.before").read_bytes() == before[without_marks]
    rows = (course.folder / "marks.csv").read_bytes()
    assert points(grade_folder(submitted, course)) == {"flo": "22", "gil": "22"}
    assert (course.folder / "marks.csv").read_bytes().count(b"flo") == rows.count(b"flo")
    if kept:
        submitted.rename(course.folder / "collected")
        kept.rename(submitted)


def test_one_that_cannot_be_graded_stops_nobody(course, hand_in, monkeypatch):
    grade = Course.autograde

    def fails(self, student, assignment):
        if student == "ada":
            raise CourseError("a log\nand its last line")
        return grade(self, student, assignment)

    monkeypatch.setattr(Course, "autograde", fails)
    rows = grade_folder(hand_in, course)
    assert points(rows)["bob"] == "22" and points(rows)["ada"] == ""
    assert "its last line" in next(row.remarks for row in rows if row.student == "ada")


@pytest.mark.parametrize(
    ("path", "student"),
    [
        ("ada.ipynb", "ada"),
        ("ada/01_deepdream/01_deepdream.ipynb", "ada"),
        ("Ada Lovelace_42_assignsubmission_file/x.ipynb", "Ada-Lovelace_42_assignsubmission_file"),
        ("01_deepdream_ada.ipynb", "ada"),
        ("*.ipynb", "unnamed"),
        ("../ada.ipynb", "ada"),
    ],
)
def test_whose_work_it_is(path, student):
    path = Path("in") / path.removeprefix("../")
    assert student_of(path, Path("in"), "01_deepdream") == student


def test_a_folder_without_notebooks_is_told(tmp_path):
    command = [sys.executable, "-m", "dreamkit.coursework", "grade", str(tmp_path)]
    result = subprocess.run([*command, "--course", COURSE], capture_output=True, text=True)
    assert result.returncode == 2 and "no notebooks" in result.stdout
    result = subprocess.run([*command, "--course", tmp_path], capture_output=True, text=True)
    assert result.returncode == 2 and "no course folder" in result.stdout
