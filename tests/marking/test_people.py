"""Whose work a file is: names as platforms make them, one person over all assignments."""

import unicodedata

import pytest

from marking.course import CourseError
from marking.people import People, student_id

ONE, TWO = "01_deepdream", "04_character_lstm"
DAY = "Mar 1, 2026 926 AM"
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
        (f"1-2 - A-B - C - {DAY}/x.ipynb", "d/1-2 - A-B - C - 3 mars 2026 1/x.ipynb", "A-B - C"),
        ("1-2 - Ada L - 2026-03-01 926 - x.ipynb", f"1-2 - Ada L - {DAY}/x.ipynb", "Ada L"),
        ("deepdream-ada-l/x.ipynb", "character-lstm-ada-l/x.ipynb", "ada-l"),
        ("Rosa P - Copy of 01_deepdream.ipynb", "Rosa P - Kopie von Aufgabe.ipynb", "Rosa P"),
        ("Rosa P - Copy of hw.ipynb", "Rosa P - 04_character_lstm.ipynb", "Rosa P"),
        ("HW/Bohr, Niels(nb)/Submission attachment(s)/x.ipynb", "Bohr, Niels(nb)/y.ipynb", "nb"),
        ("Submitted files/Ada L/HW/Version 1/x.ipynb", "Ada L/HW 4/Version 12/x.ipynb", "Ada L"),
        ("01_deepdream/ada.ipynb", "04-Character-LSTM/ada/x.ipynb", "ada"),
        ("Copy of ada.ipynb", "ada - Kopie (2).ipynb", "ada"),
        ("adal_12_345_x.ipynb", "adal_12_345_x (1).ipynb", "adal_12"),
        ("LATE_anon_aB3_34_x.ipynb", "anon_aB3_35_x.ipynb", "anon_aB3"),
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


@pytest.mark.parametrize(
    "names",
    [
        "week_3_01_deepdream_ada.ipynb week_3_01_deepdream_bob.ipynb",
        "spring_2026_01_deepdream/ada.ipynb spring_2026_01_deepdream/bob.ipynb",
        "hw_1_2_ada.ipynb hw_1_2_bob.ipynb",
        "hw_1_1_ada.ipynb hw_1_2_bob.ipynb lab_2_3_cy.ipynb",
        "week_3_101_ada.ipynb week_3_102_bob.ipynb",
        "hw_1_101_ada.ipynb hw_1_102_bob.ipynb lab_2_103_ada.ipynb lab_2_104_bob.ipynb",
        "cs101_2026_03_homework/ada/x.ipynb cs101_2026_03_homework/bob/x.ipynb",
        "ada_2026_03_hw.ipynb bob_2026_03_hw.ipynb",
        "2026_03_01_ada.ipynb 2026_03_01_bob.ipynb",
        "01_deepdream.ipynb 01_deepdream(1).ipynb",
        "submission_1/x.ipynb submission_2/x.ipynb",
        "anon_aB3_34_x.ipynb anon_xYz_35_x.ipynb",
        "kim-lee/x.ipynb kim-park/x.ipynb",
        "deepdream-ada-l/x.ipynb deepdream-ada-k/x.ipynb",
        "ada@uni-4.edu.ipynb bob@uni-4.edu.ipynb",
    ],
)
def test_several_people_stay_several(names, whose):
    found = whose(dict.fromkeys(names.split(), ONE))
    assert len({person.student for person in found}) == len(found)


def test_what_all_names_of_an_assignment_share_is_no_part_of_them(whose):
    names = {
        f"hw{n}-{who}/x.ipynb": each for n, each in ((1, ONE), (4, TWO)) for who in ("al", "bo")
    }
    assert [person.student for person in whose(names)] == ["al", "bo"] * 2
    assert "'hw1' is taken for the assignment" in whose(names)[0].remark
    names = {f"{n}-all/{n}-{who}/x.ipynb": each for n, each in (("see", ONE), ("say", TWO))
             for who in ("al", "bo")}  # fmt: skip
    assert [person.student for person in whose(names)] == ["al", "bo"] * 2
    names = {
        f"{who} - Homework {n}.ipynb": each
        for n, each in ((1, ONE), (4, TWO))
        for who in ("Al", "Bo")
    }
    assert [person.student for person in whose(names)] == ["Al", "Bo"] * 2
    years = {"26-al/x.ipynb": ONE, "26-bo/x.ipynb": ONE, "26-al/y.ipynb": TWO, "25-cy/y.ipynb": TWO}
    assert [person.student for person in whose(years)] == ["26-al", "26-bo", "26-al", "25-cy"]


def test_one_persons_two_files_leave_the_others_alone(whose):
    names = ["ada/work/hw.ipynb", "ada/work/old.ipynb", "bob/work/hw.ipynb", "cy/work/hw.ipynb"]
    assert [person.student for person in whose(dict.fromkeys(names, ONE))][2:] == ["bob", "cy"]


def test_one_may_hand_in_two_things_on_canvas(whose):
    names = [
        "adal_12_345_x.ipynb",
        "adal_12_346_y.ipynb",
        "bo_13_347_x.ipynb",
        "bo_13_348_x-1.ipynb",
    ]
    found = whose(dict.fromkeys(names, ONE))
    assert [person.student for person in found] == ["adal_12", "adal_12", "bo_13", "bo_13"]


def test_a_folder_counts_more_than_a_name_that_a_student_chose(whose):
    (found,) = whose({f"1-2 - Ada L - {DAY}/Bob Ray_1_assignsubmission_file_x.ipynb": ONE})
    assert found.student == "Ada L"


def test_gradescope_tells_whose_its_numbers_are(whose, tmp_path):
    (tmp_path / "e1").mkdir()
    (tmp_path / "e1" / "submission_metadata.yml").write_text(
        "submission_5:\n  :submitters:\n  - :name: Zoë L\n    :sid: '47'\n    :email: zoe@x\n"
        "  :score: 1\nsubmission_6:\n  :submitters:\n  - :name: 'Al O''N'\n    :sid: '4'\n"
        "  - :name: Bo\n    :email: bo@x\n", encoding="utf-8",
    )  # fmt: skip
    found = whose(dict.fromkeys([f"e1/submission_{n}/x.ipynb" for n in (5, 6, 7)], ONE))
    assert [p.name for p in found] == ["Zoë L", "Al O'N", ""] and found[0].student == "zoe@x"
    assert "handed in for Bo too" in found[1].remark and "new in every" in found[2].remark


def test_who_hands_in_without_a_name_is_nobody_else(whose):
    found = whose(
        {f"Participant_{n}_assignsubmission_file/x.ipynb": a for n, a in ((1, ONE), (2, TWO))}
    )
    assert [person.student for person in found] == ["Participant 1", "Participant 2"]


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


MOODLE = {f"{who}_{n}_assignsubmission_file/x.ipynb": ONE
          for n, who in enumerate(("Ada Lovelace", "Zoë Müller"))}  # fmt: skip
GERMAN = "Nachname;Vorname;E-Mail-Adresse;ID-Nummer\nLovelace;Ada;a@x;1\nMüller;Zoë;z@x;2\n"


@pytest.fixture
def listed(whose, tmp_path):
    """The students of files, with a roster of some bytes."""

    def listed(data, files=MOODLE):
        (tmp_path / "roster.csv").write_bytes(data if isinstance(data, bytes) else data.encode())
        found = whose(files, roster=tmp_path / "roster.csv")
        assert not any("not on the roster" in person.remark for person in found)
        return [person.student for person in found]

    return listed


@pytest.mark.parametrize(
    "data",
    [
        GERMAN,
        GERMAN.replace(";", "\t").encode("utf-16"),
        "\n\n" + GERMAN.replace("\n", "\r\n;;;\r\n"),
        "sep=|\n" + GERMAN.replace(";", "|"),
        b"\xfe\xff" + GERMAN.encode("utf-16-be"),
        '"Last Name"\t"First Name"\t"Username"\nLovelace\tAda\ta@x\nMüller\tZoë\tz@x\n',
        "OrgDefinedId,Username,Last Name,First Name\n#1,#a@x,Lovelace,Ada\n#2,#z@x,Müller,Zoë\n",
        "Prénom;Nom;Adresse de courriel\nAda;Lovelace;a@x\nZoë;Müller;z@x\n",
        "Nombre,Apellido(s),Dirección de correo\nAda,Lovelace,a@x\nZoë,Müller,z@x\n",
        "ID;Vollständiger Name;E-Mail\nTN/in0;Ada Lovelace;a@x\nTN/in1;Zoë Müller;z@x\n",
        "Name;Vorname;E-Mail;Kurs\nLovelace;Ada;a@x;1\nLovelace;Ada;a@x;2\nMüller;Zoë;z@x;1\n",
        "Imię,Nazwisko,Adres e-mail\nAda,Lovelace,a@x\nZoë,Müller,z@x\n",
        'Student,ID,SIS Login ID\nMost,,\n"Lovelace, Ada",1,a@x\n"Müller, Zoë",z@x,-\n',
    ],
)  # fmt: skip
def test_a_roster_may_come_from_any_spreadsheet(data, listed):
    assert listed(data) == ["a@x", "z@x"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (GERMAN.encode("cp1252"), "UTF-8"),
        (GERMAN.encode("utf-16-le"), "UTF-8"),
        (b"PK\x03\x04\x00", "UTF-8"),
        ("Ada Lovelace,1\nZoë Müller,2\n", "no column that is known.*Ada Lovelace, 1"),
        ("Name,ID\nRosa Parks,1\n", "Nobody of 2.*Rosa Parks"),
        ("Name,ID\nAda Lovelace,1\nZoë Müller,1\n", "two people who are both 1"),
        ("ID,Name\n-,Ada Lovelace\n", "no people"),
    ],
)
def test_what_is_no_roster_of_the_class_is_refused(data, said, listed):
    with pytest.raises(ValueError, match=said):
        listed(data)


def test_a_number_of_the_platforms_is_nobodys_number_on_the_roster(listed):
    """Moodle's is new each time: work went to whoever had it for an ID."""
    roster = "Full name,ID number,Email\nAda Lovelace,5,a@x\nZoë Müller,7,z@x\nBo,0,b@x\nCy,1,c@x\n"
    assert listed(roster) == ["a@x", "z@x"]


def test_a_roster_tells_two_of_one_name_apart(listed):
    sheet = "Identifier,Full name,Email\nParticipant 1,Ada L,a@x\nParticipant 2,Ada L,b@x\n"
    names = [f"Ada L_{n}_assignsubmission_file/x.ipynb" for n in (1, 2)]
    assert listed(sheet, dict.fromkeys(names, ONE)) == ["a@x", "b@x"]


def test_words_of_a_name_may_stand_in_any_order(listed):
    names = dict.fromkeys(["Schmidt_Maria_Anna.ipynb", "ek bo.ipynb"], ONE)
    assert listed("Name,ID\nAnna Maria Schmidt,1\nBo Ek,2\n", names) == ["1", "2"]


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
    (tmp_path / "roster.csv").write_text(text)
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
