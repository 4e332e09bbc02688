"""Whose work a file is: the person behind its name.

Learning platforms put a person's name, and numbers of their own, before the name of a file or of
the folder round it. Some of these numbers are new in every assignment, so they are no part of who
somebody is. A roster, the platform's own list of the class, settles what names leave open.
"""

import itertools
import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from dreamkit.unicode import composed

from .course import CourseError
from .roster import Line, read_roster
from .titles import TITLES, untitled

PLATFORMS = [
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r"(?P<name>.+)_(?P<number>\d+)_assignsubmission_[a-z]+(?:_.*)?",  # Moodle
        # Blackboard
        r"(?:.*_)?(?P<student_id>[^_]+)_attempt_(?P<timestamp>\d{4}(?:-\d\d){5})(?:[_.].*)?",
        # Brightspace; its times are Mar 1, 2026 1230 PM
        r"(?P<number>\d+)-\d+ - (?P<name>.+) - (?P<timestamp>[^-]*\d{4}[^-]*)",
    )
]
# Of files alone; the second number is one file's, so no two names share all of it.
CANVAS = re.compile(
    r"(?P<own>(?P<name>[^_]+?)_(?:(?P<late>LATE)_)?(?P<id>\d+)_[1-9]\d*)_.+", re.DOTALL
)
# A browser's or Jupyter's; Google's, in the languages of most of its classrooms.
COPY = re.compile(
    r" ?\(\d+\)$|[- ]+Copy ?\d*$"
    r"|(?:^|[- ]+)(?:Copy of|Kopie von|Copie de|Copia de|Cópia de)(?: |$)",
    re.IGNORECASE,
)
COLUMNS = "student_id|username|sis login id|login|email address|email|id number|sis user id|id"
# A part of a person's name, in a column of this name in languages that platforms export.
NAMES = re.compile(
    "(?!user|group|course|login)(?:.*name|.*nom|.*naam|apellido|sobrenom|nazwisk|imi)", re.I
)


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
        on_canvas = _on_canvas({path.name for path in assignments})
        for path, assignment in assignments.items():
            parts = path.relative_to(folder).parts
            person = self._by_pattern(parts) or _by_platform(parts, assignment)
            if person is None and (match := on_canvas.get(path.name)):
                person = _person(match)
            if person:
                found[path] = person
            else:
                plain.append(File(_plain_parts(parts, assignment), assignment, path))
        for path, name, remark in _by_folder(_without_titles(plain)):
            found[path] = Person(student_id(name), name, remark=remark)
        found = {path: self._by_roster(_stamped(person, path)) for path, person in found.items()}
        handed_in, listed = ({p.student for p in of} for of in (found.values(), self.on_roster))
        if listed and len(handed_in) > 1 and handed_in.isdisjoint(listed):
            raise CourseError(
                f"Nobody of {len(handed_in)} who handed in is on the roster: here is "
                f"{min(handed_in)}, there {min(listed)}. Is it this class's?"
            )
        return _namesakes(found, assignments)

    def _read(self, roster: Path) -> None:
        lines = read_roster(roster)
        who, names, number = _columns(lines)
        places: dict[tuple[str, str], int] = {}  # of who is there twice, in two groups perhaps
        for values in lines:
            name = " ".join(filter(None, (values[column] for column in names)))
            called = values.get(who) or name or next(iter(values.values()))
            if not called or name == "Points Possible":  # a line of Canvas'
                continue
            place = places.setdefault((called, name), len(self.on_roster))
            if place == len(self.on_roster):
                person = Person(student_id(called), spelt(name), values.get(number or who, ""))
                self.on_roster.append(person)
            for value in {name, *values.values(), *_pairs(list(values.values()))}:
                for key in _turned(value):
                    self._called[key].add(place)
        if len({called for called, _ in places}) < len(places):
            twice = sorted(c for c, _ in places if sum(c == other for other, _ in places) > 1)
            raise CourseError(
                f"The roster {roster} has two people of the {who or 'name'} {twice[0]!r}."
            )

    def _by_roster(self, person: Person) -> Person:
        """The person as the roster has them."""
        if not self.on_roster:
            return person
        for called in filter(None, (person.id, person.name, person.student)):
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


def _columns(lines: Sequence[Line]) -> tuple[str, list[str], str | None]:
    """Of a roster's columns: who somebody is, what they are called, and their number."""
    columns = {column.lower(): column for column in lines[0]}
    known = [columns[name] for name in COLUMNS.split("|") if name in columns]
    for sort in ("@", r"^\d+$"):  # else, in a column of any name, what each has of their own
        found = (
            {str(line[each]) for line in lines if re.search(sort, line[each])} for each in lines[0]
        )
        known += [each for each, own in zip(lines[0], found, strict=True) if len(own) == len(lines)]
    who = known[0] if known else ""
    names = [columns[name] for name in ("full name", "name", "student") if name in columns]
    if not names:
        names = [each for each in columns.values() if NAMES.match(each) and each != who]
    return who, names, columns.get("id") or columns.get("identifier") or columns.get("id number")


def _pairs(values: Sequence[str]) -> Iterator[str]:
    """Values that stand side by side, both of them words: a first name and a surname."""
    for pair in itertools.pairwise(values):
        if all(value and not re.search(r"[\d@]", value) for value in pair):
            yield " ".join(pair)


def _by_platform(parts: tuple[str, ...], assignment: str) -> Person | None:
    for part in map(spelt, parts):
        for platform in PLATFORMS:
            if match := platform.fullmatch(part):
                return _person(match)
    if len(parts) > 2 and parts[-2] == assignment:  # nbgrader's own
        return Person(student_id(parts[-3]), spelt(parts[-3]))
    return None


def _on_canvas(names: set[str]) -> dict[str, re.Match[str]]:
    """The names of files that Canvas made; week_3_1_ada and week_3_1_bob it did not."""
    matches = {name: match for name in names if (match := CANVAS.fullmatch(spelt(name)))}
    shared: dict[str, set[str]] = defaultdict(set)
    for name, match in matches.items():
        shared[match["own"]].add(COPY.sub("", Path(name).stem))
    return {
        name: match
        for name, match in matches.items()
        if len(shared[match["own"]]) == 1 and not TITLES.fullmatch(match["name"])
    }


def _without_titles(files: list[File]) -> list[File]:
    """Files without the assignment's title in their names and folders: deepdream-ada, hw_1_bob."""
    for level in range(max((len(file.parts) for file in files), default=0)):
        groups: dict[str, set[str]] = defaultdict(set)
        for file in files:
            if len(file.parts) > level:
                groups[file.assignment].add(file.parts[level])
        shorter = {assignment: untitled(names, assignment) for assignment, names in groups.items()}
        files = [
            file._replace(parts=(*file.parts[:level], new, *file.parts[level + 1 :]))
            if len(file.parts) > level and (new := shorter[file.assignment].get(file.parts[level]))
            else file
            for file in files
        ]
    return files


def _person(match: re.Match[str]) -> Person:
    said = {key: value or "" for key, value in match.groupdict().items()}
    name, number = said.get("name", ""), said.get("id", "")
    who = said.get("student_id") or (f"{name}_{number}" if number else name)
    late = "the platform says it is late" if said.get("late") else ""
    when = _when(said.get("timestamp", ""))
    return Person(student_id(who), name, number, when, late, said.get("number", ""))


def _when(text: str) -> str:
    """A platform's time as ISO 8601 has it, so that times can be compared; "" if it is none."""
    text = re.sub(r"(\d{1,2}?)[.:]?(\d\d) ([AP]M)$", r"\1:\2 \3", text.strip())
    for form in ("%Y-%m-%d-%H-%M-%S", "%b %d, %Y %I:%M %p", "%B %d, %Y %I:%M %p"):
        with suppress(ValueError):
            return str(datetime.strptime(text, form))  # noqa: DTZ007  (nobody says where)
    return ""


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
    """Keys of a text with its words in every order: Ada Lovelace, Lovelace Ada."""
    words = re.findall(r"[^\s,]+", text)
    orders = itertools.permutations(words) if len(words) < 5 else [words, words[-1:] + words[:-1]]
    return {_key("".join(order)) for order in orders} - {""}
