"""Whose work a file is: names as six platforms make them, one person over all assignments."""

import unicodedata

import pytest

from marking.course import CourseError
from marking.people import People, student_id

ONE, TWO = "01_deepdream", "04_character_lstm"
TIME = "2026-03-01-12-30-00"


@pytest.fixture
def whose(tmp_path):
    """The students of files, each name with its assignment."""

    def whose(files, **how):
        paths = {tmp_path / name: assignment for name, assignment in files.items()}
        found = People(**how).whose(tmp_path, paths)
        return [found[path] for path in paths]

    return whose


@pytest.mark.parametrize(
    ("first", "second", "student"),
    [
        ("ada.ipynb", "w2/01/ada.ipynb", "ada"),
        (f"{ONE}_ada.ipynb", f"ada {TWO} (1).ipynb", "ada"),
        ("ada/hw.ipynb", f"ada/{TWO}.ipynb", "ada"),
        ("Ada L_4_assignsubmission_file/x.ipynb", "Ada L_3_assignsubmission_file_x.ipynb", "Ada L"),
        ("lovelaceada_12_345_hw.ipynb", "w/lovelaceada_LATE_12_999_hw-1.ipynb", "lovelaceada_12"),
        (f"H_1_ada_attempt_{TIME}_x.ipynb", f"H2_ada_attempt_{TIME}_y.ipynb", "ada"),
        (f"ada/{ONE}/{ONE}.ipynb", f"submitted/ada/{TWO}/{TWO}.ipynb", "ada"),
        ("Jose\u0301.ipynb", "Jos\u00e9/x.ipynb", "Jos\u00e9"),
    ],
)  # fmt: skip
def test_the_same_person_is_one_student_in_two_assignments(first, second, student, whose):
    files = {first: ONE, second: TWO}
    if second.startswith("w2/"):  # a folder of one file alone would be a person
        files |= {"w2/01/bob.ipynb": TWO}
    assert [person.student for person in whose(files)][:2] == [student, student]


def test_people_in_one_folder_are_people(whose):
    found = whose(
        {"w/bob.ipynb": ONE, "w/carol.ipynb": ONE, "v/bob.ipynb": TWO, "di/hw.ipynb": ONE}
    )
    assert [person.student for person in found] == ["bob", "carol", "bob", "di"]
    assert "several people" in found[0].remark and found[3].remark == ""


def test_a_copy_is_no_other_person_and_a_number_is(whose):
    names = ["ada/hw.ipynb", "ada/hw (1).ipynb", "ada/hw-Copy1.ipynb", "s-1.ipynb", "s-2.ipynb"]
    found = whose(dict.fromkeys(names, ONE))
    assert [person.student for person in found] == ["ada", "ada", "ada", "s-1", "s-2"]


def test_names_that_look_alike_stay_apart_and_are_remarked_on(whose):
    found = whose(dict.fromkeys(["Kim Lee.ipynb", "Kim-Lee.ipynb", "Kim_Lee.ipynb"], ONE))
    assert [person.student for person in found] == ["Kim Lee", "Kim-Lee", "Kim_Lee"]
    assert all("the same person" in person.remark for person in found)


def test_two_of_one_name_on_moodle_are_two(whose):
    files = [f"Ada L_{n}_assignsubmission_file/x.ipynb" for n in (1, 2)]
    found = whose(dict.fromkeys(files, ONE))
    assert [person.student for person in found] == ["Ada L 1", "Ada L 2"]
    assert all("roster" in person.remark for person in found)


@pytest.mark.parametrize(
    "roster",
    [
        "Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n"
        '"Lovelace, Ada",12,,ada@x,A\n"Jos\u00e9, Kim",13,,kim@x,A\n',
        "First name,Last name,ID number,Email address\n"
        "Ada,Lovelace,12,ada@x\nKim,Jos\u00e9,13,kim@x\n",
        "\ufeffIdentifier,Full name,Email address\n"
        "Participant 12,Ada Lovelace,ada@x\nParticipant 13,Kim Jose\u0301,kim@x\n",
    ],
    ids=["Canvas", "Moodle's people", "Moodle's grading sheet"],
)  # fmt: skip
def test_a_roster_settles_who_it_is(roster, whose, tmp_path):
    (tmp_path / "roster.csv").write_text(roster, encoding="utf-8")
    files = [
        "Ada Lovelace_7_assignsubmission_file/x.ipynb",
        "lovelaceada_12_1_x.ipynb",
        "ada@x.ipynb",
    ]
    files += ["Kim Jose\u0301.ipynb", "x/Lovelace_Ada.ipynb", "x/bob.ipynb"]
    found = whose(dict.fromkeys(files, ONE), roster=tmp_path / "roster.csv")
    assert [p.student for p in found] == ["ada@x", "ada@x", "ada@x", "kim@x", "ada@x", "bob"]
    assert [p.remark for p in found[:4]] == [""] * 4 and "not on the roster" in found[5].remark
    assert unicodedata.is_normalized("NFC", found[3].name)


def test_a_pattern_comes_first(whose):
    pattern = r"group_(?P<student_id>\w+?)_at_(?P<timestamp>[\d-]+)"
    files = {"a/group_ada_at_2026-03-01-10-00-00.ipynb": ONE, "bob.ipynb": ONE}
    found = whose(files, pattern=pattern)
    assert [(p.student, p.timestamp) for p in found] == [
        ("ada", "2026-03-01 10:00:00"),
        ("bob", ""),
    ]


@pytest.mark.parametrize("pattern", ["(", "(?P<name>.*)"])
def test_a_pattern_that_tells_nobody_is_refused(pattern):
    with pytest.raises(CourseError, match="no regular|no group"):
        People(pattern)


@pytest.mark.parametrize("text", ["", "a,b\n"])
def test_a_roster_without_people_is_refused(text, tmp_path):
    (tmp_path / "roster.csv").write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match="no people"):
        People(roster=tmp_path / "roster.csv")


@pytest.mark.parametrize("name", ["..", "*", "a/b", "=cmd", "x\n", "", "[a]", "\udcff"])
def test_any_name_is_one_of_a_folder(name):
    assert (
        student_id(name)
        and not set(student_id(name)) & set("/*?[]\\\n")
        and student_id(name)[0] not in "=."
    )


def test_different_names_stay_different():
    assert [student_id(name) for name in ("Kim Lee", "Kim-Lee", "../*")] == [
        "Kim Lee",
        "Kim-Lee",
        "unnamed",
    ]
