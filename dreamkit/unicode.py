"""Words and characters as Unicode has them, in any language."""

import unicodedata

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
