"""What was handed in: every file below a folder, and those among them that are to be graded."""

import os
import re
import stat
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from dreamkit.check.notebook import NotebookReport, examine
from dreamkit.check.reading import UnreadableError
from dreamkit.pretrained import digest

from .course import CourseError
from .people import People
from .person import spelt
from .table import Key, Row

# nbgrader's, Gradescope's and this package's own files, and what operating systems leave behind.
OWN = re.compile(
    r"timestamp\.txt|submission_metadata\.yml|.*\.before|\..*|Thumbs\.db|desktop\.ini",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Work:
    """A submission that is to be graded."""

    file: Path
    row: Row
    report: NotebookReport


def sort(
    folder: Path, release: Path, people: People, known: Mapping[Key, Row]
) -> tuple[list[Work], list[Row]]:
    """What is to be graded, and a row for all else: done before, or not to be marked."""
    reports, refused = look_into(folder, release)
    assignments = dict.fromkeys(refused, "")
    assignments |= {path: report.assignment for path, report in reports.items()}
    if not assignments:
        raise CourseError(f"There is nothing in {folder}.")
    whose = people.whose(folder, assignments)
    rows = {
        path: Row(person.student, person.name, person.id, file=spelt(str(path.relative_to(folder))))
        for path, person in whose.items()
    }
    todo = []
    done = [
        replace(rows[path], remarks=_joined(reason, whose[path].remark))
        for path, reason in refused.items()
    ]
    for older, newest in versions(reports, rows):
        row, person, report = rows[newest], whose[newest], reports[newest]
        remark = f"not marked: {row.file} is newer."
        done += [replace(row, file=rows[path].file, remarks=remark) for path in older]
        row = replace(
            row,
            assignment=report.assignment,
            submitted=person.timestamp,
            remarks=_joined(person.remark, *report.mended, *report.lost),
            sha256=digest(newest),
        )
        before = known.get(row.key)
        if before and before.sha256 == row.sha256 and before.points != "":
            done.append(before)
        else:
            todo.append(Work(newest, row, report))
    return todo, done


def versions(
    reports: Mapping[Path, NotebookReport], rows: Mapping[Path, Row]
) -> Iterator[tuple[list[Path], Path]]:
    """Files of one student for one assignment: those that do not count, and the newest."""
    groups: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for path, report in reports.items():
        groups[rows[path].student, report.assignment].append(path)
    for paths in groups.values():
        *older, newest = sorted(paths, key=lambda at: (at.stat().st_mtime_ns, rows[at].file, at))
        yield older, newest


def _joined(*remarks: str) -> str:
    return "; ".join(filter(None, remarks))


def look_into(folder: Path, release: Path) -> tuple[dict[Path, NotebookReport], dict[Path, str]]:
    """Reports of the notebooks below a folder, and why the other files are not marked."""
    reports: dict[Path, NotebookReport] = {}
    refused: dict[Path, str] = {}
    for path, reason in files_in(folder):
        try:
            if reason:
                raise UnreadableError(reason)
            reports[path] = examine(path, release)
        except UnreadableError as error:
            refused[path] = f"not marked: {error}"
        except Exception as error:  # one file is never the end of the class
            name = type(error).__name__
            refused[path] = f"not marked: the notebook check cannot read it ({name})."
    return reports, refused


def files_in(folder: Path) -> Iterator[tuple[Path, str]]:
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
