"""A table as a platform or a spreadsheet program has saved it."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from .course import CourseError

HOW = "Save it as “CSV UTF-8”: in Excel File, Save As; elsewhere with Unicode (UTF-8) as encoding."
DELIMITERS = ";\t|,"  # Excel takes the country's; a comma may stand in a text as well
SEPARATOR = re.compile(r"sep=(.)[\r\n]+", re.IGNORECASE)  # a line of Excel's own


def lines_of(path: Path, what: str) -> list[dict[str, str]]:
    """The lines of a table, by the names of its columns; ``what`` it is called in a CourseError.

    Delimiters and Unicode's encodings are recognised. What is not Unicode is refused: the same
    bytes are Müller in Western Europe, and another name elsewhere.
    """
    try:
        text = _text(path.read_bytes()).lstrip("\r\n")
    except OSError as error:
        raise CourseError(f"{what} {path} cannot be read: {error.strerror}.") from None
    except UnicodeError:
        raise CourseError(f"{what} {path} is no text in UTF-8 or UTF-16. {HOW}") from None
    said = SEPARATOR.match(text)
    text = text[said.end() :] if said else text
    try:
        marks = said[1] if said else DELIMITERS
        delimiter = max(marks, key=lambda mark: len(next(_lines(text, mark), [])))
        columns, *lines = _lines(text, delimiter) if text else [[]]
    except csv.Error as error:
        raise CourseError(f"{what} {path} is no table: {error}. {HOW}") from None
    names = [name.strip() for name in columns]
    return [dict(zip(names, line, strict=False)) for line in lines if any(line)]


def _text(data: bytes) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    text = data.decode(encoding)
    if "\0" in text:  # UTF-16 or UTF-32 that does not say so
        raise UnicodeError
    return text


def _lines(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
