"""A person, and how names are written and compared."""

import os
import re
import unicodedata
from dataclasses import dataclass

from dreamkit.unicode import composed


@dataclass(frozen=True)
class Person:
    """Who handed something in."""

    student: str  # what nbgrader calls the student, the same in every assignment
    name: str = ""  # what the platform calls the person, as far as is known
    id: str = ""
    timestamp: str = ""  # when it was handed in
    remark: str = ""  # what is uncertain
    number: str = ""  # of the platform's, new in every assignment


def spelt(text: str) -> str:
    """A name in one spelling: composed letters, and nothing that cannot be written."""
    return composed(os.fsencode(text).decode("utf-8", "replace"))


def student_id(name: str) -> str:
    """A name as nbgrader and file systems take it; different names stay different."""
    return re.sub(r"[\\/*?\[\]{}\x00-\x1f\x7f]+", "-", spelt(name)).strip("-_. =+@") or "unnamed"


def key(text: str) -> str:
    """Letters and digits of a text: names are compared by these."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", spelt(text)).casefold())


def keys(text: str) -> set[str]:
    """Keys of a text with its words in other orders: Ada Lovelace, Lovelace Ada, lovelaceada."""
    words = re.findall(r"[^\s,]+", text)[:12]  # longer is no name
    turned = {key("".join(words[n:] + words[:n])) for n in range(len(words))}
    return (turned | {sorted_key(text)}) - {""}


def sorted_key(text: str) -> str:
    """The key of a text's words, whatever their order: of Schmidt_Maria_Anna and Anna Maria S."""
    return "".join(sorted(filter(None, map(key, re.split(r"[\W_]+", spelt(text))))))
