"""Whose work a file is: the person behind its name.

Learning platforms put a person's name, and numbers of their own, before the name of a file or of
the folder round it. Some of these numbers are new in every assignment, so they are no part of who
somebody is. A roster, the platform's own list of the class, settles what names leave open.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from os.path import commonprefix
from pathlib import Path
from typing import NamedTuple

from .course import CourseError
from .person import Person, key, spelt, student_id
from .platforms import COPY_OF, by_canvas, by_platform, person_in
from .roster import Roster

# A browser's, Jupyter's, Windows', macOS' and Google's.
COPY = re.compile(r"(?: ?\(\d+\)|[- ]+\(?(?:copy|kopie|copie|c[oó]pia|kopia)\)? ?\d*)+$", re.I)
COPIED = re.compile(rf"^(?:{COPY_OF} )+", re.I)


class File(NamedTuple):
    """A file of a plain name: its folders and its name, without what is no part of a person's."""

    parts: tuple[str, ...]
    assignment: str
    path: Path


class People:
    """Finds the person behind a file's name.

    Parameters
    ----------
    pattern : str, optional
        A regular expression, found in the path below the folder, with a group ``student_id`` and
        perhaps ``name`` and ``timestamp``, as nbgrader's ``zip_collect`` takes it. What it does not
        fit goes by the rules for platforms and plain names.
    roster : path, optional
        A CSV with one person a line: the platform's own export will do, in UTF-8 or UTF-16 and with
        any usual delimiter. Any value of a line (name, e-mail, number), and its words in any order,
        is a name of that person. Who somebody is says the first of the kinds of columns in
        ``roster.WHO`` that is there, else their name.

    Raises
    ------
    CourseError
    """

    def __init__(self, pattern: str | None = None, roster: Path | None = None) -> None:
        try:
            self._pattern = re.compile(pattern) if pattern else None
        except re.error as error:
            raise CourseError(f"{pattern!r} is no regular expression: {error}.") from None
        if self._pattern and "student_id" not in self._pattern.groupindex:
            raise CourseError(f"{pattern!r} has no group (?P<student_id>…).")
        self._roster = Roster(roster) if roster else None
        self.on_roster = self._roster.people if self._roster else []

    def whose(self, folder: Path, assignments: Mapping[Path, str]) -> dict[Path, Person]:
        """Whose files these are, each a path below the folder with its assignment, or "".

        CourseError says that nobody of several is on the roster.
        """
        found: dict[Path, Person] = {}
        for path, assignment in assignments.items():
            parts = path.relative_to(folder).parts
            if person := self._by_pattern(parts) or by_platform(folder, parts, assignment):
                found[path] = person
        unknown = {path: each for path, each in assignments.items() if path not in found}
        found |= by_canvas(unknown)
        found |= self._by_plain_names(folder, unknown.keys() - found.keys(), assignments)
        found = {path: _stamped(person, path) for path, person in found.items()}
        if self._roster:
            found = self._by_roster(self._roster, found, assignments)
        return _namesakes(found, assignments, bool(self._roster))

    def _by_pattern(self, parts: tuple[str, ...]) -> Person | None:
        match = self._pattern.search("/".join(map(spelt, parts))) if self._pattern else None
        return person_in(match) if match else None

    def _by_plain_names(
        self, folder: Path, paths: set[Path], assignments: Mapping[Path, str]
    ) -> Iterator[tuple[Path, Person]]:
        files = [
            File(_plain_parts(path.relative_to(folder).parts, each), each, path)
            for path, each in assignments.items()
            if path in paths
        ]
        named = list(_by_folder(files))
        unsure = [
            (name, each)
            for path, name, _ in named
            if (each := assignments[path])
            and _without_assignment(name, each)
            and not (self._roster and self._roster.named(name))
        ]
        shorter = _without_titles(unsure)
        for path, name, remark in named:
            own, title = shorter.get((name, assignments[path]), (name, ""))
            said = f"{title!r} is taken for the assignment" if title else ""
            yield path, Person(student_id(own), own, remark="; ".join(filter(None, (remark, said))))

    def _by_roster(
        self, roster: Roster, found: Mapping[Path, Person], assignments: Mapping[Path, str]
    ) -> dict[Path, Person]:
        """The people as the roster has them; a roster of others is refused before any work."""
        known = {path: roster.known(person) for path, person in found.items()}
        students = {
            known[path].student: person for path, person in found.items() if assignments[path]
        }
        if len(students) > 1 and not students.keys() & {each.student for each in roster.people}:
            here, there = next(iter(students.values())), roster.people[0]
            raise CourseError(
                f"Nobody of {len(students)} who handed in is on the roster. The first file is of "
                f"{here.name or here.student}, the first person on the roster is "
                f"{there.name or there.student}. Name this class's roster, or none."
            )
        return known


def _stamped(person: Person, path: Path) -> Person:
    """With the time that lies beside the file, as nbgrader writes it."""
    stamp = path.with_name("timestamp.txt")
    if person.timestamp or not stamp.is_file() or stamp.is_symlink():
        return person
    return replace(person, timestamp=stamp.read_bytes()[:60].decode("utf-8", "replace").strip())


def _plain_parts(parts: tuple[str, ...], assignment: str) -> tuple[str, ...]:
    """Folders and name of a file, without its ending, a copy's number and the assignment."""
    *folders, name = map(spelt, parts)
    ending = name.lower().find(".ipynb")
    name = Path(name).stem if ending < 0 else name[:ending]
    plain = COPIED.sub("", COPY.sub("", name))
    own = _without_assignment(plain, assignment)
    about = [each for each in folders if _without_assignment(each, assignment)]  # others are its
    named = [_without_assignment(each, assignment) for each in about]
    return (*named, own or (plain if named else "") or name)


def _without_assignment(name: str, assignment: str) -> str:
    """A name without the assignment's, or without its words in front: of deepdream-ada, ada."""
    if not assignment:
        return name
    words = re.findall(r"[^\W\d_]+", assignment)
    whole = r"[\W_]*".join(re.findall(r"[^\W_]+", assignment))
    left = re.sub(rf"[\W_]*(?<![^\W_]){whole}(?![^\W_])[\W_]*", "_", name, flags=re.I).strip("-_. ")
    front = re.compile(rf"(?:(?:{'|'.join(words)})[-_ ]+)+(?=.*[^\W\d_])", re.I)
    return front.sub("", left, count=1) if front.match(left) else left


def _without_titles(named: list[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, str]]:
    """Names and their assignments: the names without what all of an assignment begin or end with.

    GitHub's hw1-ada and hw1-bob are ada and bob, and so are Classroom's “ada - hw 1” and “bob - hw
    1”. It has to have a digit, or be another one in another assignment, with the same people.
    """
    names: dict[str, set[str]] = defaultdict(set)
    for name, assignment in named:
        names[assignment].add(name)
    counts = Counter(name for several in names.values() for name in several)
    titles = {}
    for assignment, several in names.items():
        begin, end = _shared(several), _shared({name[::-1] for name in several})[::-1]
        titles[assignment] = begin or end
    people = {
        (name.removeprefix(title).removesuffix(title), assignment)
        for assignment, title in titles.items()
        for name in names[assignment]
    }
    found = {}
    for assignment, title in titles.items():
        if not title or any(counts[name] > 1 for name in names[assignment]):
            continue
        short = {name: name.removeprefix(title).removesuffix(title) for name in names[assignment]}
        others = {own for own, other in people if titles[other] not in ("", title)}
        if re.search(r"\d", title) or others & set(short.values()) - names[assignment]:
            for name, own in short.items():
                found[name, assignment] = found[name, ""] = own, title.strip("-_ ")
    return found


def _shared(names: set[str]) -> str:
    """What several names begin with, as far as a separator, where a name is left of each."""
    begin = re.match(r".*[-_ ]|", commonprefix(list(names)), re.DOTALL)
    title = begin[0] if begin and len(names) > 1 else ""
    left = [name[len(title) :] for name in names]
    named = all(re.search(r"[^\W\d_]", name) and "@" not in name for name in left)
    return title if named else ""


def _by_folder(files: list[File], level: int = 0) -> Iterator[tuple[Path, str, str]]:
    """Path, name and remark: a folder is a person, unless it holds several people's work."""
    groups: dict[str, list[File]] = defaultdict(list)
    for file in files:
        groups[file.parts[level]].append(file)
    crowds = {name for name, group in groups.items() if _crowded(group, level + 1)}
    in_crowds = set()
    for name in crowds:
        inside = {file.parts[level + 1] for file in _below(groups[name], level)}
        in_crowds |= inside if len(inside) > 1 else set()  # one alone is a folder, and no person
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


def _namesakes(
    found: Mapping[Path, Person], assignments: Mapping[Path, str], on_roster: bool
) -> dict[Path, Person]:
    """Two of one name in one assignment are told apart; names that look alike are remarked on."""
    numbers: dict[tuple[str, str], set[str]] = defaultdict(set)
    alike: dict[str, set[str]] = defaultdict(set)
    for path, person in found.items():
        numbers[person.student, assignments[path]].add(person.number)
        alike[key(person.student)].add(person.student)
    doubled = {who for (who, _), different in numbers.items() if len(different - {""}) > 1}
    told: dict[Path, Person] = {}
    for path, person in found.items():
        remark, student = person.remark, person.student
        if student in doubled and assignments[path]:
            student = f"{student} {person.number}".strip()
            told_apart = "the roster has only one" if on_roster else "use a roster"
            remark = f"several people are called {person.student}: {told_apart}"
        elif len(alike[key(student)]) > 1:
            others = ", ".join(sorted(alike[key(student)] - {student}))
            remark = "; ".join(filter(None, (remark, f"the same person as {others}?")))
        told[path] = replace(person, student=student, remark=remark)
    return told
