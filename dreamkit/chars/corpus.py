"""Texts to learn from, and the alphabets that they are written in."""

import codecs
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import regex

from ..arguments import (
    a_text,
    among,
    as_array,
    as_path,
    did_you_mean,
    several,
    several_names,
    shortened,
    told,
    warn,
)
from ..datasets import data_file
from ..unicode import Printable, composed, word
from ..unicode import characters as characters_of

CORPORA = ("nietzsche", "shakespeare", "python")
WORD = regex.compile(word(r"\p{L}"))
MARKS = {  # with which a file says what it is; that of UTF-16 is the start of that of UTF-32
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
ERRORS = ("strict", "replace")  # as Python calls what to do with strange characters


def load_corpus(name: str) -> str:
    """One of the course's texts.

    Parameters
    ----------
    name : {"nietzsche", "shakespeare", "python"}
        "nietzsche": *Beyond Good and Evil* and then, from 63 % on, *Human, All Too Human*, in lower
        case, as the article has them; eight letters with accents, garbled in the published file,
        are repaired. "shakespeare": plays, 1.1 million characters. Both are published files that
        ``data_file`` finds or downloads. "python": the manual of the Python language that every
        Python carries, without its indentation.

    Raises
    ------
    ValueError
        For any other name.
    OSError
        When the file is not there and cannot be downloaded.

    Examples
    --------
    >>> len(dk.load_corpus("python")) > 300_000
    True

    Taught in lesson 04.
    """
    among("name", name, CORPORA)
    if name == "python":
        from pydoc_data.topics import topics

        text = "\n".join(topics[topic] for topic in sorted(topics))
        return re.sub(r"(?m)^[ *]+|[ *]+$", "", text)
    text = load_text(data_file(f"{name}.txt"))
    return _repaired(text).lower() if name == "nietzsche" else text


def _repaired(text: str) -> str:
    """Letters of two bytes in UTF-8 that were once read as two letters of Windows-1252."""
    return re.sub("Ã.", lambda pair: pair[0].encode("cp1252").decode(), text)


def load_text(path: str | Path, encoding: str | None = None) -> str:
    """Read a text file, with any kind of line end; accents become one with their letters (NFC).

    Parameters
    ----------
    path : str or pathlib.Path
    encoding : str, optional
        As Python names it, such as "cp1252". By default UTF-8, or what a byte-order mark says.

    Raises
    ------
    FileNotFoundError
        Lists similar names.
    ValueError
        When it is not text in this encoding; says at which byte.

    Examples
    --------
    >>> from pathlib import Path
    >>> size = Path("my_diary.txt").write_text("Dear diary")
    >>> dk.load_text("my_diary.txt")
    'Dear diary'

    Taught in lesson 04.
    """
    path = as_path(path)
    if not path.is_file():
        folder = path.parent
        names = [p.name for p in folder.iterdir()] if folder.is_dir() else []
        raise FileNotFoundError(f"There is no file {path}.{did_you_mean(path.name, names)}")
    return decoded(path.read_bytes(), str(path), encoding)


def decoded(data: bytes, name: str, encoding: str | None = None) -> str:
    """The text of a file's bytes, see ``load_text``; errors name the file."""
    if encoding is None:
        encoding = next((MARKS[mark] for mark in MARKS if data.startswith(mark)), "utf-8-sig")
        if encoding == "utf-8-sig" and b"\0" in data:
            raise ValueError(
                f"{name} is not a text file: it holds zero bytes. Give plain text, UTF-8; if it is "
                'UTF-16 without a mark, encoding="utf-16-le" reads it.'
            )
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{name} is not {encoding.removesuffix('-sig').upper()}: byte {error.start:,} is "
            f"{data[error.start]:#x}. Save it again as UTF-8 (in most editors: Save as, encoding), "
            'or name its encoding, such as "cp1252" for many texts written on Windows.'
        ) from error
    except (LookupError, TypeError, ValueError) as error:
        raise ValueError(
            f'encoding must be one that Python knows, such as "cp1252", got {told(encoding)}.'
        ) from error
    return composed(text).replace("\r\n", "\n").replace("\r", "\n")


@dataclass(frozen=True)
class Alphabet(Printable):
    """The characters that a writer knows; a character's number is its place.

    Attributes
    ----------
    characters : str; or tuple of str, where joined emoji are among them

    Examples
    --------
    >>> dk.Alphabet.of("banana")
    <Alphabet of 3 characters: 'abn'>
    >>> dk.Alphabet("abn").encode("nab").tolist()
    [2, 0, 1]

    Taught in lesson 04.
    """

    characters: str | tuple[str, ...]

    def __post_init__(self) -> None:
        given: Any = self.characters
        several = () if isinstance(given, str) else several_names("characters", given)
        given = a_text(given) if isinstance(given, str) else tuple(map(a_text, several))
        object.__setattr__(self, "characters", given)
        if len(set(self.characters)) < len(self.characters):
            raise ValueError(
                f"characters must differ, got {shortened(repr(self.characters))}. Alphabet.of "
                "finds those of a text."
            )

    def __repr__(self) -> str:
        shown = shortened(repr("".join(self.characters)))
        return f"<Alphabet of {len(self)} characters: {shown}>"

    @classmethod
    def of(cls, text: str) -> "Alphabet":
        """All characters of a text, sorted."""
        found = sorted(set(characters_of(composed(a_text(text)))))
        return cls("".join(found) if all(len(c) == 1 for c in found) else tuple(found))

    def __len__(self) -> int:
        return len(self.characters)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each character."""
        return {character: number for number, character in enumerate(self.characters)}

    def signs(self, text: str) -> Sequence[str]:
        """What of a text counts as one character here: a joined emoji, where there are any."""
        return a_text(text) if isinstance(self.characters, str) else characters_of(a_text(text))

    def encode(self, text: str, errors: str = "strict") -> np.ndarray:
        """Turn text into numbers.

        An alphabet without capitals reads capitals as small letters, and one without loose accents
        reads them as one with their letters.

        Parameters
        ----------
        text : str
        errors : {"strict", "replace"}
            Other characters are refused; or replaced, with a warning, by what is nearest: the
            letter without its accent, or else a space.

        Returns
        -------
        numpy.ndarray, int32, shape (n,)

        Raises
        ------
        TypeError, ValueError
        """
        text = a_text(text)
        among("errors", errors, ERRORS)
        if not any(c.isupper() for c in self.characters):
            text = text.lower()
        if not set(text) <= set(self.characters):
            text = composed(text)
        given = self.signs(text)
        if strange := sorted(set(given) - set(self.characters)):
            if errors == "strict":
                raise ValueError(
                    f"The writer has never seen {_named(strange)}. Leave "
                    f'{"it" if len(strange) == 1 else "them"} out, or pass errors="replace".'
                )
            nearest = {character: self._nearest(character) for character in strange}
            read_as = _named(nearest.values())
            warn(f"The writer has never seen {_named(strange)}; read as {read_as}.")
            given = [found for c in given if (found := nearest.get(c, c))]
        return np.array([self.numbers[character] for character in given], "int32")

    def decode(self, numbers: Iterable[int]) -> str:
        """Turn numbers into text; TypeError or ValueError for what is no character's."""
        listed = several("numbers", numbers, "a list of the numbers of characters")
        found = as_array("numbers", listed)
        if listed and (found.dtype.kind not in "iu" or found.min() < 0 or found.max() >= len(self)):
            raise ValueError(f"numbers must be whole, from 0 to {len(self) - 1}, got {listed[:9]}.")
        return "".join(self.characters[number] for number in listed)

    def _nearest(self, character: str) -> str:
        plain = unicodedata.normalize("NFKD", character)
        for candidate in (character.lower(), character.upper(), plain[0], plain[0].lower(), " "):
            if candidate in self.numbers:
                return candidate
        return ""


def _named(characters: Iterable[str]) -> str:
    listed = [repr(c) for c in characters]
    return ", ".join(listed[:8]) + (f" and {len(listed) - 8} more" if len(listed) > 8 else "")
