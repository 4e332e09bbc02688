"""What was handed in: every file is told of, and of a person's files the newest counts."""

import os

import nbformat
import pytest

from dreamkit.check.notebook import RELEASE
from marking.handed_in import files_in, sort
from marking.people import People
from marking.table import Row

NAME = "02_guided_dreams"


@pytest.fixture
def put(tmp_path):
    """Hand in the student version under a name, at a time."""

    def put(name, when, extra=""):
        notebook = nbformat.read(RELEASE / NAME / f"{NAME}.ipynb", 4)
        notebook.cells[0].source += extra
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        nbformat.write(notebook, path)
        os.utime(path, (when, when))

    return put


def test_the_newest_of_a_persons_files_counts_and_the_others_say_so(put, tmp_path):
    put("ada/hw.ipynb", when=1000)
    put("ada/hw (1).ipynb", when=3000)
    put("ada/hw-Copy1.ipynb", when=2000)
    put("bob.ipynb", when=4000)
    (other, work), done = sort(tmp_path, RELEASE, People(), {})
    assert (work.row.student, work.row.file, work.row.assignment) == (
        "ada",
        "ada/hw (1).ipynb",
        NAME,
    )
    assert other.row.student == "bob"
    remark = "not marked: ada/hw (1).ipynb is newer."
    assert [(row.file, row.remarks) for row in done] == [
        ("ada/hw.ipynb", remark),
        ("ada/hw-Copy1.ipynb", remark),
    ]
    assert not any(row.assignment or row.sha256 for row in done)


def test_what_was_marked_is_not_marked_again_unless_it_changed(put, tmp_path):
    put("ada.ipynb", when=1000)
    ((work,), _) = sort(tmp_path, RELEASE, People(), {})
    marked = Row("ada", assignment=NAME, points="3", sha256=work.row.sha256)
    assert sort(tmp_path, RELEASE, People(), {marked.key: marked}) == ([], [marked])
    failed = Row("ada", assignment=NAME, points="", sha256=work.row.sha256)
    assert sort(tmp_path, RELEASE, People(), {failed.key: failed}) == ([work], [])
    put("ada.ipynb", when=1000, extra="changed")
    ((again,), done) = sort(tmp_path, RELEASE, People(), {marked.key: marked})
    assert done == [] and again.row.sha256 != marked.sha256


def test_a_linked_folder_is_told_and_not_gone_into(tmp_path):
    (tmp_path / "away").mkdir()
    (tmp_path / "away" / "x.ipynb").write_text("{}", encoding="utf-8")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ada").symlink_to(tmp_path / "away")
    ((path, reason),) = files_in(tmp_path / "in")
    assert path.name == "ada" and "not handed in" in reason
