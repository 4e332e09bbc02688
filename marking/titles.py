"""An assignment's title in front of a person's name: deepdream-ada, hw_1_2_bob, week_3_cy."""

import re
from collections.abc import Iterable

TITLES = re.compile(
    r"(?:assignments?|homework|hw|labs?|projects?|exercises?|ex|tasks?|problem|ps|set|week|wk|unit|"
    r"lessons?|module|class|course|spring|summer|autumn|fall|winter|term|semester|quiz|exam)\d{0,2}",
    re.IGNORECASE,
)
NUMBER = re.compile(r"\d{1,2}|20\d\d")  # of a week or a year; longer ones may be a person's
BETWEEN = re.compile(r"[-_ .]+")


def untitled(names: Iterable[str], assignment: str) -> dict[str, str]:
    """What is left of each name without the title in front, as far as all stay different."""
    names = set(names)
    words = {name: BETWEEN.split(name) for name in names}
    common = _in_common(list(words.values()))
    own = {word.lower().lstrip("0") for word in BETWEEN.split(assignment)}
    shorter = {}
    for name, parts in words.items():
        end = _title(parts, own, common)
        start = re.match(rf"(?:[^-_ .]+[-_ .]+){{{end}}}", name) if end else None
        shorter[name] = name[start.end() :] if start else name
    return shorter if len(set(shorter.values())) == len(names) else {}


def _title(parts: list[str], own: set[str], common: int) -> int:
    """How many words in front are a title's, of all but the last, which is somebody's name."""
    end = leading = 0
    for place, word in enumerate(parts[:-1]):
        titled = bool(TITLES.fullmatch(word)) or word.lower().lstrip("0") in own - {""}
        counts = end == place > 0 and bool(NUMBER.fullmatch(word))  # week_3, hw_1_2
        if (titled or counts) and (leading == place or place < common):
            end = place + 1
        leading = end if leading == place else leading
    return end


def _in_common(names: list[list[str]]) -> int:
    """How many words all names begin with, where there are several names."""
    if len(names) < 2:
        return 0
    pairs = zip(*names, strict=False)
    return next((n for n, words in enumerate(pairs) if len(set(words)) > 1), min(map(len, names)))
