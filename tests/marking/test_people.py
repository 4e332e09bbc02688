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
        (
            "1234-77 - Ada L - Mar 1, 2026 1230 PM/x.ipynb",
            "1299-78 - Ada L - Mar 9, 2026 100 PM/x.ipynb",
            "Ada L",
        ),
        ("deepdream-ada-l/x.ipynb", "lstm-ada-l/x.ipynb", "ada-l"),
        (f"01-octocat/{ONE}.ipynb", f"04-octocat/{TWO}.ipynb", "octocat"),
        ("assignment-1-ada/x.ipynb", "assignment-2-ada/x.ipynb", "ada"),
        (f"week_3_{ONE}_ada.ipynb", f"week_4_{TWO}_ada.ipynb", "ada"),
        (f"Ada L - Copy of {ONE}.ipynb", f"Ada L - {TWO}.ipynb", "Ada L"),
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


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("week_3_01_deepdream_ada.ipynb", "week_3_01_deepdream_bob.ipynb"),
        ("spring_2026_01_deepdream/ada.ipynb", "spring_2026_01_deepdream/bob.ipynb"),
        ("submissions_2026_11_30/ada.ipynb", "submissions_2026_11_30/bob.ipynb"),
        ("cs_101_4_ada.ipynb", "cs_101_4_bob.ipynb"),
        ("hw_1_2_ada.ipynb", "hw_1_3_bob.ipynb"),
        ("lab_4711_ada.ipynb", "lab_4712_ada.ipynb"),
        ("4711-ada/x.ipynb", "4712-ada/x.ipynb"),
        ("smith-ada/x.ipynb", "jones-ada/x.ipynb"),
    ],
)
def test_two_people_stay_two(first, second, whose):
    ada, bob = whose({first: ONE, second: ONE})
    assert ada.student != bob.student


def test_a_title_is_left_out_only_where_people_stay_apart(whose):
    files = {"deepdream-ada/x.ipynb": ONE, "deepdream_ada/x.ipynb": ONE}
    assert [person.student for person in whose(files)] == ["deepdream-ada", "deepdream_ada"]


def test_brightspaces_time_can_be_compared(whose):
    name = "12-7 - Ada Lovelace - Mar {}, 2026 {} PM/x.ipynb"
    found = whose({name.format(*at): ONE for at in ((9, 100), (10, 1230))})
    assert [p.timestamp for p in found] == ["2026-03-09 13:00:00", "2026-03-10 12:30:00"]


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


PEOPLE = "Surname;First name;ID\nLovelace;Ada;4711\nHopper;Grace;4712\n"


@pytest.mark.parametrize(
    "data",
    [
        PEOPLE.encode(),
        PEOPLE.replace(";", "\t").encode("utf-16"),
        ("sep=;\r\n" + PEOPLE.replace("\n", "\r\n")).encode("utf-8-sig"),
        PEOPLE.replace("Surname;First name", "Nom de famille;Pr\u00e9nom").encode(),
        PEOPLE.replace("Surname;First name", "Ees;Pere").replace(";", "|").encode(),
        PEOPLE.replace("\n", "\r").encode(),
    ],
    ids=["semicolons", "Unicode text", "sep=", "French", "no known name", "old Mac's lines"],
)
def test_a_roster_is_read_as_spreadsheets_save_it(data, whose, tmp_path):
    (tmp_path / "class.csv").write_bytes(data)
    files = ["Ada Lovelace_9_assignsubmission_file/x.ipynb", "Grace Hopper.ipynb", "4711.ipynb"]
    found = whose(dict.fromkeys(files, ONE), roster=tmp_path / "class.csv")
    assert [p.remark for p in found] == ["", "", ""]
    assert found[0].student == found[2].student == "4711" != found[1].student


def test_people_of_one_surname_stay_two(whose, tmp_path):
    text = "Nachname;Vorname;Gruppe\nLee;Kim;A\nLee;Ada;A\nLee;Ada;B\n"
    (tmp_path / "class.csv").write_text(text, encoding="utf-8")
    found = whose({"Kim Lee.ipynb": ONE, "Ada Lee.ipynb": ONE}, roster=tmp_path / "class.csv")
    assert [p.student for p in found] == ["Lee Kim", "Lee Ada"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("Name,ID\nZo\u00eb,1\n".encode("cp1252"), "UTF-8"),
        (b"PK\x03\x04rest", "spreadsheet"),
        (b"Ada Lovelace,1\nBob Ray,2\n", "columns' names"),
        (b"Name,Email\nAda,a@x\nBob,a@x\n", "two people"),
    ],
)
def test_a_roster_that_tells_nobody_is_refused(data, said, tmp_path):
    (tmp_path / "class.csv").write_bytes(data)
    with pytest.raises(CourseError, match=said):
        People(roster=tmp_path / "class.csv")


def test_a_roster_of_another_class_is_refused(whose, tmp_path):
    (tmp_path / "class.csv").write_text("Name,ID\nCy,1\nDee,2\n", encoding="utf-8")
    with pytest.raises(CourseError, match="Nobody of 2 .* here is ada, there 1"):
        whose({"ada.ipynb": ONE, "bob.ipynb": ONE}, roster=tmp_path / "class.csv")


def test_moodles_number_is_no_number_of_the_roster(whose, tmp_path):
    (tmp_path / "class.csv").write_text("Name,ID number\nAda,1001\nBob,4711\n", encoding="utf-8")
    found = whose({"Ada_4711_assignsubmission_file/x.ipynb": ONE}, roster=tmp_path / "class.csv")
    assert found[0].student == "1001"


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
