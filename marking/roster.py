"""A roster as platforms and spreadsheets save it: a line for each person, in named columns."""

import codecs
import csv
import io
import itertools
import re
from pathlib import Path

from .course import CourseError

DELIMITERS = ",;\t|"  # Excel writes semicolons where the comma is in decimal numbers
SAVE = "In Excel: Save as, CSV UTF-8."
SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # as .xlsx and .ods begin, and .xls
Line = dict[str, str]


def read_roster(path: Path) -> list[Line]:
    """The lines of a roster, each its values by column; CourseError for what is none."""
    text = _text(path)
    first, _, rest = text.partition("\n")
    if given := re.fullmatch(r"sep=(.)\r?", first):  # as Excel understands, too
        text, delimiters = rest, given[1]
    else:
        delimiters = DELIMITERS
    head = text.strip().partition("\n")[0]
    try:
        rows = _rows(text, max(delimiters, key=lambda each: len(_rows(head, each)[0])))
    except csv.Error as error:
        raise CourseError(f"The roster {path} cannot be read: {error}.") from None
    columns, *lines = rows
    if any("@" in name or name.isdigit() for name in columns):
        raise CourseError(
            f"The roster {path} begins with {', '.join(columns)}: that is a person. Write a first "
            "line with the columns' names, such as: Name,ID,Email"
        )
    if not lines:
        raise CourseError(f"The roster {path} has no people: a line of columns' names first.")
    return [
        dict(itertools.zip_longest(columns, line[: len(columns)], fillvalue="")) for line in lines
    ]


def _rows(text: str, delimiter: str) -> list[list[str]]:
    """Lines that are not empty, cut at a delimiter; at least one."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows = [[value.strip() for value in row] for row in reader]
    return [row for row in rows if any(row)] or [[]]


def _text(path: Path) -> str:
    """The text of a file of UTF-8, or of UTF-16 with its mark, which Excel's Unicode text is."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CourseError(f"The roster {path} cannot be read: {error}.") from None
    if data.startswith(SPREADSHEETS):
        raise CourseError(f"The roster {path} is a spreadsheet, not a CSV. {SAVE}")
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeError:
        text = "\0"
    if "\0" in text:  # no text, or letters of which nothing says whose they are
        raise CourseError(f"The roster {path} is not written in UTF-8. {SAVE}")
    return text
