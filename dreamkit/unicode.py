"""Words and characters as Unicode has them, in any language, and as a console shows them."""

import sys
import unicodedata
from contextlib import suppress

import regex

APOSTROPHES = "'’‘‛ʼ＇´`"
STRAIGHT = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))
# Some letters of Persian and Hindi are held together, or apart, by a sign that can't be seen.
_WORD = r"[{0}](?:[\u200c\u200d]?[{0}\p{{M}}])*"
# Of what is joined from several signs, only an emoji is one character: vowels of Hindi are apart.
_CHARACTER = regex.compile(r"(?=[\p{Extended_Pictographic}\p{Regional_Indicator}])\X|.", regex.S)


def word(letters: str) -> str:
    """A pattern of ``regex`` for words: such letters, their marks, and apostrophes between them."""
    part = _WORD.format(letters)
    return f"{part}(?:[{APOSTROPHES}]{part})*"


def composed(text: str) -> str:
    """The text with each letter and its accent as one, as they are on most keyboards (NFC)."""
    return unicodedata.normalize("NFC", text)


def characters(text: str) -> list[str]:
    """The characters of a text; an emoji that is joined from several is one.

    >>> from dreamkit.unicode import characters
    >>> len(characters("Hi 👩‍🚀"))
    4
    """
    return _CHARACTER.findall(text)  # type: ignore[no-any-return]


def printable(text: str) -> str:
    """The text in the letters that the console has; others are spelt out in ASCII."""
    letters = getattr(sys.stdout, "encoding", None) or "utf-8"
    return text.encode(letters, "backslashreplace").decode(letters)


def say(words: object) -> None:
    """Print, whatever letters the console has; where there is none any more, nothing happens."""
    with suppress(OSError, ValueError):  # its window is shut, or what it leads to reads no further
        print(printable(str(words)), flush=True)


class Printable:
    """What is printed in the letters that the console has; its repr has all of them."""

    def __str__(self) -> str:
        return printable(repr(self))
