"""The class, as a platform or a person lists it: who is called what."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from .course import CourseError
from .person import Person, key, keys, sorted_key, spelt, student_id
from .spreadsheet import lines_of

# What columns are called by Canvas, Blackboard, Brightspace, Gradescope and GitHub Classroom, and
# by Moodle in English, German, French, Spanish, Italian, Portuguese and Dutch. The first kind of
# WHO that has a value says who somebody is.
WHO = (
    "student_id",
    "user ?name|github_username|anmeldename|benutzername|nom d utilisateur|nombre de usuario|"
    "nome utente|nome d[eo] (?:usuário|utilizador)|gebruikersnaam",
    "sis login id",
    "login|login id|kennung",
    "(?:.* )?e? ?mail.*|.*courriel.*|.*correo.*",
    "id number|student (?:id|number)|sid|org ?defined ?id|id nummer|matrikel ?(?:nummer|nr)|"
    "numéro (?:d )?(?:identification|étudiant)|número (?:de )?(?:id|identificación|identificação)|"
    "codice identificativo|matricola",
    "sis user id",
    "id",
)
IDENTIFIER = "identifier|identifiant|identificador|identificativo"  # Moodle's: Participant 12
FULL = (
    "full name|name|student|student name|display name|vollständiger name|nom complet|"
    "nombre completo|nome completo|volledige naam"
)
FIRST = "first ?names?|given ?names?|forenames?|vornamen?|prénoms?|nombres?|nome|voornaam"
LAST = (
    "last ?names?|sur ?names?|family ?names?|nachname|familienname|zuname|nom(?: de famille)?|"
    "apellido(?: s|s)?|cognome|sobrenome|apelido|achternaam"
)


class Roster:
    """People, and all that each is called: every value of a line, its words in any order.

    CourseError says why a file is none.
    """

    def __init__(self, path: Path) -> None:
        self.people: list[Person] = []
        self._called: dict[str, set[int]] = defaultdict(set)  # a key: places among the people
        self._numbered: dict[str, set[int]] = defaultdict(set)  # the platform's number
        self._canvas: dict[str, set[int]] = defaultdict(set)
        lines = lines_of(path, "The roster")
        if not lines:
            raise CourseError(f"The roster {path} has no people: a line of columns' names first.")
        columns = Columns(list(lines[0]))
        if not columns.who and not columns.names:
            raise CourseError(
                f"The roster {path} has no column that is known. Its first line should say what is "
                f"in the columns, such as Name, Email or ID number; it is: {', '.join(lines[0])}."
            )
        places: dict[str, int] = {}
        for line in lines:
            self._add({name: _value(value) for name, value in line.items()}, columns, places, path)
        if not self.people:
            raise CourseError(f"The roster {path} has no people: nothing says who somebody is.")

    def _add(
        self, line: Mapping[str, str], columns: "Columns", places: dict[str, int], path: Path
    ) -> None:
        name = " ".join(filter(None, (line.get(column, "") for column in columns.names)))
        who = next((line[column] for column in columns.who if line.get(column)), "")
        who = who if columns.who else name
        if not who:
            return  # Canvas' line of points possible
        number = next((line[column] for column in columns.numbers if line.get(column)), who)
        person = Person(student_id(who), spelt(name), number)
        place = places.setdefault(key(person.student), len(self.people))
        if place == len(self.people):
            self.people.append(person)
        elif key(self.people[place].name) != key(person.name):  # not just in two sections
            raise CourseError(
                f"The roster {path} has two people who are both {who}: "
                f"{self.people[place].name} and {person.name}."
            )
        for value in {name, *line.values()}:
            for called in keys(value):
                self._called[called].add(place)
        self._numbered[re.sub(r".*\D", "", number)].add(place)
        for column in columns.canvas:
            self._canvas[line[column]].add(place)

    def named(self, name: str) -> set[int]:
        """Places of people who are called so."""
        return self._called.get(key(name)) or self._called.get(sorted_key(name)) or set()

    def known(self, person: Person) -> Person:
        """The person as the roster has them, or with a remark.

        A number alone is nobody: Moodle's, new in every assignment, may be another's number here.
        """
        numbered = self._numbered.get(person.id or person.number, set())
        places = self.named(person.name) or self.named(person.student)
        places = places or self._canvas.get(person.id, set())  # the name is that of a group
        if len(places & numbered) == 1:
            places = places & numbered
        if len(places) == 1:
            found = self.people[next(iter(places))]
            return replace(person, student=found.student, name=found.name, id=found.id)
        called = person.name or person.student
        said = (
            f"{called} fits {len(places)} people on the roster" if places else "not on the roster"
        )
        return replace(person, remark="; ".join(filter(None, (person.remark, said))))


class Columns:
    """Which of a roster's columns say who somebody is, what they are called, and their number."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = {
            column: re.sub(r"\W+", " ", spelt(column).casefold()).strip() for column in columns
        }
        full, first, last = self._like(FULL), self._like(FIRST), self._like(LAST)
        if first and not last:  # Name, Vorname
            full, last = [], full
        self.names = full[:1] or first + last
        self.numbers = self._like("id") + self._like(IDENTIFIER) + self._like(WHO[5])
        self.who = [column for kind in (*WHO, IDENTIFIER) for column in self._like(kind)]
        others = [column for column in columns if column not in self.who]
        if self.who and not self.names and len(others) > 1:
            self.names = others[:2]  # a language that is not known here: Moodle's two are the name
        self.canvas = self._like("id") if self._like("student") else []

    def _like(self, kind: str) -> list[str]:
        return [name for name, said in self._columns.items() if re.fullmatch(kind, said)]


def _value(text: str | None) -> str:
    """What is in a cell; Brightspace writes #4711, and - is nothing."""
    text = (text or "").strip().removeprefix("#")
    return text if key(text) else ""
