"""Whose work a file is: every file that was handed in, and the person behind its name.

Learning platforms put a person's name, and numbers of their own, before the name of a file or of
the folder round it. Some of these numbers are new in every assignment, so they are no part of who
somebody is. A roster, the platform's own list of the class, settles what names leave open.
"""

import csv
import os
import re
import stat
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

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
# nbgrader's and the doctor's own files, and what operating systems leave behind.
OWN = re.compile(r"timestamp\.txt|.*\.before|\..*|Thumbs\.db|desktop\.ini", re.IGNORECASE)
COPY = re.compile(r" ?\(\d+\)$|[- ]+Copy ?\d*$", re.IGNORECASE)  # a browser's or Jupyter's
COLUMNS = "student_id|username|sis login id|login|email address|email|id number|sis user id|id"


@dataclass(frozen=True)
class Person:
    """Who handed something in.

    Attributes
    ----------
    student : str
        What nbgrader calls the student, the same in every assignment.
    name, id : str
        What the platform calls the person, as far as is known.
    timestamp : str
        When it was handed in, or "".
    remark : str
        What is uncertain.
    number : str
        A number of the platform's that is new in every assignment.
    """

    student: str
    name: str = ""
    id: str = ""
    timestamp: str = ""
    remark: str = ""
    number: str = ""


def spelt(text: str) -> str:
    """A name in one spelling: composed letters, and nothing that cannot be written."""
    return composed(os.fsencode(text).decode("utf-8", "replace"))


def student_id(name: str) -> str:
    """A name as nbgrader and file systems take it; different names stay different.

    >>> from marking.roll import student_id
    >>> student_id("Kim Lee"), student_id("Kim-Lee"), student_id("../*")
    ('Kim Lee', 'Kim-Lee', 'unnamed')
    """
    return re.sub(r"[\\/*?\[\]{}\x00-\x1f\x7f]+", "-", spelt(name)).strip("-_. =+@") or "unnamed"


def handed_in(folder: Path) -> Iterator[tuple[Path, str]]:
    """All files below a folder, each with what keeps it from being looked into, or ""."""
    if not folder.is_dir():
        raise CourseError(f"There is no folder {folder}.")
    root = folder.resolve()
    for place, folders, files in os.walk(folder):
        kept = [name for name in folders if name != "__MACOSX" and not OWN.fullmatch(name)]
        links = {name for name in kept if (Path(place) / name).is_symlink()}
        names = [name for name in kept if ".ipynb" in name.lower() or name in links]
        folders[:] = sorted(set(kept) - links)
        for name in sorted([*names, *(name for name in files if not OWN.fullmatch(name))]):
            path = Path(place, name)
            yield path, _closed(path, root)


def _closed(path: Path, root: Path) -> str:
    """Why a path is not even opened, or ""."""
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return "it is a link that leads nowhere."
    if not real.is_relative_to(root):
        return "it is a link to something that was not handed in."
    if stat.S_ISDIR(real.stat().st_mode):
        return "it is a folder with the name of a notebook; what is in it is looked at by itself."
    if not stat.S_ISREG(real.stat().st_mode):
        return "it is no file but a pipe or a device."
    if ".ipynb" in path.name.lower():
        return ""
    if path.suffix.lower() in (".zip", ".7z", ".rar", ".gz", ".tar"):
        return "it is an archive. Unpack it, and mark again."
    return f"it is no notebook ({path.suffix or 'no ending'})."


class Roll:
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
        self.people: list[Person] = []
        self._known: dict[str, set[int]] = defaultdict(set)
        try:
            self._pattern = re.compile(pattern) if pattern else None
        except re.error as error:
            raise CourseError(f"{pattern!r} is no regular expression: {error}.") from None
        if self._pattern and "student_id" not in self._pattern.groupindex:
            raise CourseError(f"{pattern!r} has no group (?P<student_id>…).")
        if roster:
            self._read(roster)

    def _read(self, roster: Path) -> None:
        try:
            with roster.open(encoding="utf-8-sig", newline="") as file:
                lines = list(csv.DictReader(file))
        except (OSError, UnicodeError, csv.Error) as error:
            raise CourseError(f"The roster {roster} cannot be read: {error}.") from None
        if not lines:
            raise CourseError(f"The roster {roster} has no people: a line of columns' names first.")
        columns = {str(column).strip().lower(): column for column in lines[0]}
        who = next((columns[c] for c in COLUMNS.split("|") if c in columns), next(iter(lines[0])))
        named = [columns[c] for c in ("full name", "name", "student") if c in columns] or [
            column for column in columns.values() if "name" in str(column).lower()
        ]
        number = columns.get("id") or columns.get("identifier") or columns.get("id number")
        for line in lines:
            values = {
                key: (value or "").strip() for key, value in line.items() if isinstance(value, str)
            }
            if not values.get(who):
                continue  # Canvas' line of points possible
            name = " ".join(filter(None, (values[column] for column in named)))
            person = Person(student_id(values[who]), spelt(name), values.get(number or who, ""))
            for value in {name, *values.values()}:
                for key in _turned(value):
                    self._known[key].add(len(self.people))
            self.people.append(person)

    def _listed(self, person: Person) -> Person:
        """The person as the roster has them."""
        if not self.people:
            return person
        for called in filter(None, (person.id, person.number, person.name, person.student)):
            found = self._known.get(_key(called), set())
            if len(found) == 1:
                (number,) = found
                known = self.people[number]
                return replace(person, student=known.student, name=known.name, id=known.id)
            if found:
                return replace(person, remark=f"{called} fits {len(found)} people on the roster")
        return replace(person, remark="not on the roster")

    def people_of(self, folder: Path, files: Sequence[tuple[Path, str]]) -> dict[Path, Person]:
        """Whose files these are, each a path with the assignment it is, or ""."""
        found: dict[Path, Person] = {}
        plain: list[tuple[tuple[str, ...], str, Path]] = []
        for path, assignment in files:
            parts = path.relative_to(folder).parts
            person = self._by_pattern(parts) or _by_platform(parts, assignment)
            if person:
                found[path] = person
            else:
                last = (
                    path.name[: path.name.lower().find(".ipynb")]
                    if ".ipynb" in path.name.lower()
                    else path.stem
                )
                stem = COPY.sub("", spelt(last)).replace(assignment, "").strip("-_. ") or last
                plain.append(((*map(spelt, parts[:-1]), stem), assignment, path))
        found |= {
            path: Person(student_id(name), name, remark=remark)
            for path, name, remark in _plain(plain)
        }
        found = {path: self._listed(_stamped(person, path)) for path, person in found.items()}
        return _namesakes(found, dict(files))

    def _by_pattern(self, parts: tuple[str, ...]) -> Person | None:
        match = self._pattern.search("/".join(map(spelt, parts))) if self._pattern else None
        return _person(match) if match else None


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


def _plain(
    files: list[tuple[tuple[str, ...], str, Path]], level: int = 0
) -> Iterator[tuple[Path, str, str]]:
    """Names from plain folders: a folder is a person, unless it holds several people's work."""
    groups: dict[str, list[tuple[tuple[str, ...], str, Path]]] = defaultdict(list)
    for file in files:
        groups[file[0][level]].append(file)
    crowds = {name for name, group in groups.items() if _crowded(group, level + 1)}
    within = {
        file[0][level + 1] for name in crowds for file in groups[name] if len(file[0]) > level + 1
    }
    for name, group in groups.items():
        deeper = [file for file in group if len(file[0]) > level + 1]
        if name not in crowds and not within.intersection(file[0][level + 1] for file in deeper):
            yield from ((path, name, "") for _, _, path in group)
            continue
        yield from ((file[2], name, "") for file in group if file not in deeper)
        remark = f"{name} is taken for a folder of several people's work"
        for path, inner, said in _plain(deeper, level + 1):
            yield path, inner, said or remark


def _crowded(group: Iterable[tuple[tuple[str, ...], str, Path]], level: int) -> bool:
    names: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for parts, assignment, _ in group:
        if assignment and len(parts) > level:
            names[assignment].add(parts[level:])
    return any(len(different) > 1 for different in names.values())


def _namesakes(found: dict[Path, Person], assignment: dict[Path, str]) -> dict[Path, Person]:
    """Two of one name in one assignment are told apart; names that look alike are remarked on."""
    numbers: dict[tuple[str, str], set[str]] = defaultdict(set)
    alike: dict[str, set[str]] = defaultdict(set)
    for path, person in found.items():
        numbers[person.student, assignment[path]].add(person.number)
        alike[_key(person.student)].add(person.student)
    doubled = {who for (who, _), different in numbers.items() if len(different - {""}) > 1}
    for path, person in found.items():
        remark, student = person.remark, person.student
        if student in doubled and assignment[path]:
            student = f"{student} {person.number}".strip()
            remark = f"several people are called {person.student}: use a roster"
        elif len(alike[_key(student)]) > 1:
            others = ", ".join(sorted(alike[_key(student)] - {student}))
            remark = "; ".join(filter(None, (remark, f"the same person as {others}?")))
        found[path] = replace(person, student=student, remark=remark)
    return found


def _key(text: str) -> str:
    """Letters and digits of a text: names are compared by these."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", spelt(text)).casefold())


def _turned(text: str) -> set[str]:
    """Keys of a text with its words turned round: Ada Lovelace, Lovelace Ada."""
    words = re.findall(r"[^\s,]+", text)
    return {_key("".join(words[i:] + words[:i])) for i in range(len(words))} - {""}
