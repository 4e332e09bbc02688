"""Whose work a file is: the person behind its name.

Learning platforms put a person's name, and numbers of their own, before the name of a file or of
the folder round it. Some of these numbers are new in every assignment, so they are no part of who
somebody is. A roster, the platform's own list of the class, settles what names leave open.
"""

import csv
import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from dreamkit.unicode import composed

from .course import CourseError

PLATFORMS = [
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r"(?P<name>.+)_(?P<number>\d+)_assignsubmission_[a-z]+(?:_.*)?",  # Moodle
        # Blackboard
        r"(?:.*_)?(?P<student_id>[^_]+)_attempt_(?P<timestamp>\d{4}(?:-\d\d){5})(?:[_.].*)?",
        r"(?P<name>[^_]+?)_(?:(?P<late>LATE)_)?(?P<id>\d+)_\d+_.+",  # Canvas
    )
]
COPY = re.compile(r" ?\(\d+\)$|[- ]+Copy ?\d*$", re.IGNORECASE)  # a browser's or Jupyter's
COLUMNS = "student_id|username|sis login id|login|email address|email|id number|sis user id|id"


@dataclass(frozen=True)
class Person:
    """Who handed something in."""

    student: str  # what nbgrader calls the student, the same in every assignment
    name: str = ""  # what the platform calls the person, as far as is known
    id: str = ""
    timestamp: str = ""  # when it was handed in
    remark: str = ""  # what is uncertain
    number: str = ""  # of the platform's, new in every assignment


class File(NamedTuple):
    """A file of a plain name: its folders and its name, without what is no part of a person's."""

    parts: tuple[str, ...]
    assignment: str
    path: Path


def spelt(text: str) -> str:
    """A name in one spelling: composed letters, and nothing that cannot be written."""
    return composed(os.fsencode(text).decode("utf-8", "replace"))


def student_id(name: str) -> str:
    """A name as nbgrader and file systems take it; different names stay different."""
    return re.sub(r"[\\/*?\[\]{}\x00-\x1f\x7f]+", "-", spelt(name)).strip("-_. =+@") or "unnamed"


class People:
    """Finds the person behind a file's name.

    Parameters
    ----------
    pattern : str, optional
        A regular expression, found in the path below the folder, with a group ``student_id`` and
        perhaps ``name`` and ``timestamp``, as nbgrader's ``zip_collect`` takes it. What it does not
        fit goes by the rules for platforms and plain names.
    roster : path, optional
        A CSV with one person a line: the platform's own export will do. Any value of a line
        (name, e-mail, number), and its words in any order, is a name of that person. Who somebody
        is says the first of the columns of ``COLUMNS`` that is there, else the first.

    Raises
    ------
    CourseError
    """

    def __init__(self, pattern: str | None = None, roster: Path | None = None) -> None:
        self.on_roster: list[Person] = []
        self._called: dict[str, set[int]] = defaultdict(set)  # a name's key: places on the roster
        try:
            self._pattern = re.compile(pattern) if pattern else None
        except re.error as error:
            raise CourseError(f"{pattern!r} is no regular expression: {error}.") from None
        if self._pattern and "student_id" not in self._pattern.groupindex:
            raise CourseError(f"{pattern!r} has no group (?P<student_id>…).")
        if roster:
            self._read(roster)

    def whose(self, folder: Path, assignments: Mapping[Path, str]) -> dict[Path, Person]:
        """Whose files these are, each a path below the folder with its assignment, or ""."""
        found: dict[Path, Person] = {}
        plain: list[File] = []
        for path, assignment in assignments.items():
            parts = path.relative_to(folder).parts
            if person := self._by_pattern(parts) or _by_platform(parts, assignment):
                found[path] = person
            else:
                plain.append(File(_plain_parts(parts, assignment), assignment, path))
        for path, name, remark in _by_folder(plain):
            found[path] = Person(student_id(name), name, remark=remark)
        found = {path: self._by_roster(_stamped(person, path)) for path, person in found.items()}
        return _namesakes(found, assignments)

    def _read(self, roster: Path) -> None:
        try:
            with roster.open(encoding="utf-8-sig", newline="") as file:
                lines = list(csv.DictReader(file))
        except (OSError, UnicodeError, csv.Error) as error:
            raise CourseError(f"The roster {roster} cannot be read: {error}.") from None
        if not lines:
            raise CourseError(f"The roster {roster} has no people: a line of columns' names first.")
        who, names, number = _columns(lines[0])
        for line in lines:
            values = {
                key: (value or "").strip() for key, value in line.items() if isinstance(value, str)
            }
            if not values.get(who):
                continue  # Canvas' line of points possible
            name = " ".join(filter(None, (values[column] for column in names)))
            person = Person(student_id(values[who]), spelt(name), values.get(number or who, ""))
            for value in {name, *values.values()}:
                for key in _turned(value):
                    self._called[key].add(len(self.on_roster))
            self.on_roster.append(person)

    def _by_roster(self, person: Person) -> Person:
        """The person as the roster has them."""
        if not self.on_roster:
            return person
        for called in filter(None, (person.id, person.number, person.name, person.student)):
            places = self._called.get(_key(called), set())
            if len(places) == 1:
                known = self.on_roster[next(iter(places))]
                return replace(person, student=known.student, name=known.name, id=known.id)
            if places:
                return replace(person, remark=f"{called} fits {len(places)} people on the roster")
        return replace(person, remark="not on the roster")

    def _by_pattern(self, parts: tuple[str, ...]) -> Person | None:
        match = self._pattern.search("/".join(map(spelt, parts))) if self._pattern else None
        return _person(match) if match else None


def _columns(line: dict[str, str]) -> tuple[str, list[str], str | None]:
    """Of a roster's columns: who somebody is, what they are called, and their number."""
    columns = {str(column).strip().lower(): column for column in line}
    who = next((columns[name] for name in COLUMNS.split("|") if name in columns), next(iter(line)))
    names = [columns[name] for name in ("full name", "name", "student") if name in columns]
    if not names:
        names = [column for column in columns.values() if "name" in str(column).lower()]
    return who, names, columns.get("id") or columns.get("identifier") or columns.get("id number")


def _by_platform(parts: tuple[str, ...], assignment: str) -> Person | None:
    for part in map(spelt, parts):
        for platform in PLATFORMS:
            if match := platform.fullmatch(part):
                return _person(match)
    if len(parts) > 2 and parts[-2] == assignment:  # nbgrader's own
        return Person(student_id(parts[-3]), spelt(parts[-3]))
    return None


def _person(match: re.Match[str]) -> Person:
    said = {key: value or "" for key, value in match.groupdict().items()}
    name, number = said.get("name", ""), said.get("id", "")
    who = said.get("student_id") or (f"{name}_{number}" if number else name)
    late = "the platform says it is late" if said.get("late") else ""
    when = re.sub(r"^(\d+-\d+-\d+)-(\d+)-(\d+)-(\d+)$", r"\1 \2:\3:\4", said.get("timestamp", ""))
    return Person(student_id(who), name, number, when, late, said.get("number", ""))


def _stamped(person: Person, path: Path) -> Person:
    """With the time that lies beside the file, as nbgrader writes it."""
    stamp = path.with_name("timestamp.txt")
    if person.timestamp or not stamp.is_file() or stamp.is_symlink():
        return person
    return replace(person, timestamp=stamp.read_bytes()[:60].decode("utf-8", "replace").strip())


def _plain_parts(parts: tuple[str, ...], assignment: str) -> tuple[str, ...]:
    """Folders and name of a file, without its ending, a copy's number and the assignment."""
    *folders, name = parts
    ending = name.lower().find(".ipynb")
    name = Path(name).stem if ending < 0 else name[:ending]
    own = COPY.sub("", spelt(name)).replace(assignment, "").strip("-_. ")
    return (*map(spelt, folders), own or name)


def _by_folder(files: list[File], level: int = 0) -> Iterator[tuple[Path, str, str]]:
    """Path, name and remark: a folder is a person, unless it holds several people's work."""
    groups: dict[str, list[File]] = defaultdict(list)
    for file in files:
        groups[file.parts[level]].append(file)
    crowds = {name for name, group in groups.items() if _crowded(group, level + 1)}
    in_crowds = {file.parts[level + 1] for name in crowds for file in _below(groups[name], level)}
    for name, group in groups.items():
        deeper = _below(group, level)
        if name not in crowds and not in_crowds & {file.parts[level + 1] for file in deeper}:
            yield from ((file.path, name, "") for file in group)
            continue
        yield from ((file.path, name, "") for file in group if file not in deeper)
        remark = f"{name} is taken for a folder of several people's work"
        for path, inner, said in _by_folder(deeper, level + 1):
            yield path, inner, said or remark


def _below(group: list[File], level: int) -> list[File]:
    """Files of a group that lie deeper than a level."""
    return [file for file in group if len(file.parts) > level + 1]


def _crowded(group: list[File], level: int) -> bool:
    """Whether there are several names of work for the same assignment."""
    names: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for file in group:
        if file.assignment and len(file.parts) > level:
            names[file.assignment].add(file.parts[level:])
    return any(len(different) > 1 for different in names.values())


def _namesakes(found: Mapping[Path, Person], assignments: Mapping[Path, str]) -> dict[Path, Person]:
    """Two of one name in one assignment are told apart; names that look alike are remarked on."""
    numbers: dict[tuple[str, str], set[str]] = defaultdict(set)
    alike: dict[str, set[str]] = defaultdict(set)
    for path, person in found.items():
        numbers[person.student, assignments[path]].add(person.number)
        alike[_key(person.student)].add(person.student)
    doubled = {who for (who, _), different in numbers.items() if len(different - {""}) > 1}
    told: dict[Path, Person] = {}
    for path, person in found.items():
        remark, student = person.remark, person.student
        if student in doubled and assignments[path]:
            student = f"{student} {person.number}".strip()
            remark = f"several people are called {person.student}: use a roster"
        elif len(alike[_key(student)]) > 1:
            others = ", ".join(sorted(alike[_key(student)] - {student}))
            remark = "; ".join(filter(None, (remark, f"the same person as {others}?")))
        told[path] = replace(person, student=student, remark=remark)
    return told


def _key(text: str) -> str:
    """Letters and digits of a text: names are compared by these."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", spelt(text)).casefold())


def _turned(text: str) -> set[str]:
    """Keys of a text with its words turned round: Ada Lovelace, Lovelace Ada."""
    words = re.findall(r"[^\s,]+", text)
    return {_key("".join(words[n:] + words[:n])) for n in range(len(words))} - {""}
