"""The person in a name that a learning platform has made."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from .person import Person, spelt, student_id

COPY_OF = r"(?:copy of|kopie v[ao]n|copie de|c[oó]pia d[ei]|kopia|kopi a[fv])"
# Paths: a folder's name ends before /, the last part is the file's.
PLATFORMS = [
    re.compile(rf"(?P<above>(?:.*?/)?){pattern}", re.DOTALL | re.IGNORECASE)
    for pattern in (
        r"(?P<name>[^/]+)_(?P<number>\d+)_assignsubmission_[a-z]+(?:[_/].*)?",  # Moodle
        # Blackboard
        r"(?:[^/]*_)?(?P<student_id>[^_/]+)_attempt_(?P<timestamp>\d{4}(?:-\d\d){5})(?:[_./].*)?",
        # Brightspace: the time follows, written as the country does
        r"(?P<number>\d+-\d+) - (?P<name>[^/]+?) - (?=[^/-]*(?<!\d)\d{4}(?!\d)).*",
        # Sakai
        r"(?P<name>[^/]+, [^/]+)\((?P<student_id>[^/()]{2,})\)/.*",
        r"(?P<name>[^/]+)\((?P<student_id>[^/()]+)\)/Submission attachment\(s\)/.*",
        # Teams
        r"(?P<name>[^/]+)/[^/]+/Vers\w+ \d+/[^/]+",
        r"(?:Submitted|Working) files/(?P<name>[^/]+)/.*",
        rf"(?P<name>[^/]+) - {COPY_OF} [^/]+",  # Google Classroom
        r"(?:LATE_)?(?P<student_id>anon_[^_/]+)_\d+_[^/]+",  # Canvas, without names
    )
]
CANVAS = re.compile(
    r"(?P<name>[^\W_]+)_(?:(?P<late>LATE)_)?(?P<id>\d+)_(?P<file>\d+)_(?P<rest>.+)", re.DOTALL
)
GRADESCOPE = re.compile(r"submission_(\d+)")
METADATA = "submission_metadata.yml"  # what Gradescope's numbers are, beside its folders
HIDDEN = "participant participante partecipante teilnehmerin deelnemer".split()  # Moodle's
NAMELESS = "a number of the platform's, new in every assignment"


def by_platform(folder: Path, parts: tuple[str, ...], assignment: str) -> Person | None:
    """The person in a path, where its form leaves no doubt."""
    path = "/".join(map(spelt, parts))
    if matches := [match for platform in PLATFORMS if (match := platform.fullmatch(path))]:
        # The outermost: what is further in a student may have named.
        return person_in(min(matches, key=lambda match: match.end("above")))
    for level, part in enumerate(parts[:-1]):
        if number := GRADESCOPE.fullmatch(part):
            known = _submitters(folder.joinpath(*parts[:level], METADATA)).get(number[1])
            return known or Person(part, remark=NAMELESS)
    if len(parts) > 2 and parts[-2] == assignment:  # nbgrader's own
        return Person(student_id(parts[-3]), spelt(parts[-3]))
    return None


def by_canvas(assignments: Mapping[Path, str]) -> Iterator[tuple[Path, Person]]:
    """The people in files of Canvas' form, NAME_NUMBER_FILE_anything.

    Such are week_3_01_ada and week_3_02_bob, too. In Canvas' names a person's number has one name,
    a file's is its own, and but few hand in different things for one assignment.
    """
    matches = {path: match for path in assignments if (match := CANVAS.fullmatch(spelt(path.name)))}
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    files: dict[str, set[tuple[str, str]]] = defaultdict(set)
    things: dict[tuple[str, str], set[str]] = defaultdict(set)
    for path, match in matches.items():
        thing = re.sub(r"(?: ?\(\d+\)|-\d+)*\.ipynb.*", "", match["rest"])
        names[match["id"], assignments[path]].add(match["name"])
        files[match["file"]].add((match["id"], thing))
        things[match["id"], assignments[path]].add(thing)
    together = {number for (number, _), different in things.items() if len(different) > 1}
    for path, match in matches.items():
        one = len(names[match["id"], assignments[path]]) == len(files[match["file"]]) == 1
        long = len(match["file"]) > 2 and together < {number for number, _ in things}
        if one and (long or match["id"] not in together):
            yield path, person_in(match)


def person_in(match: re.Match[str]) -> Person:
    """The person that a pattern's groups tell of."""
    said = {group: value or "" for group, value in match.groupdict().items()}
    name, number, new = said.get("name", ""), said.get("id", ""), said.get("number", "")
    remarks = ["the platform says it is late"] if said.get("late") else []
    if name.lower() in HIDDEN or said.get("student_id", "").startswith("anon_"):
        name, remarks = f"{name} {new}".strip(), [NAMELESS]
    who = said.get("student_id") or (f"{name}_{number}" if number else name)
    when = re.sub(r"^(\d+-\d+-\d+)-(\d+)-(\d+)-(\d+)$", r"\1 \2:\3:\4", said.get("timestamp", ""))
    return Person(student_id(who), name, number, when, "; ".join(remarks), new)


@cache
def _submitters(metadata: Path) -> dict[str, Person]:
    """The people in Gradescope's list, by the numbers of their submissions."""
    if not metadata.is_file() or metadata.is_symlink():
        return {}
    text = metadata.read_text(encoding="utf-8", errors="replace")
    found = {}
    for number, block in re.findall(
        r"^submission_(\d+):\n  :submitters:\n((?:  - .*\n(?:    .*\n)*)+)", text, re.MULTILINE
    ):
        first, *others = [
            {field: _unquoted(value) for field, value in re.findall(r":(\w+): *(.*)", each)}
            for each in re.split(r"^  - ", block, flags=re.MULTILINE)[1:]
        ]
        name = first.get("name", "")
        with_whom = ", ".join(other.get("name", "") for other in others)
        if who := first.get("email") or name:
            remark = f"handed in for {with_whom} too" if others else ""
            found[number] = Person(student_id(who), name, remark=remark)
    return found


def _unquoted(text: str) -> str:
    text = text.strip()
    quoted = text[:1] in ("'", '"') and text[-1:] == text[:1]
    return spelt(text[1:-1].replace("''", "'") if quoted else text)
