"""Fonts that have the letters of what is written into figures, in whatever script."""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import regex
from matplotlib import font_manager, rc_context, rcParams
from matplotlib.ft2font import FT2Font
from PIL import ImageFont

from ..arguments import shortened, warn

USUAL = "DejaVu Sans"
NOT_DRAWN = regex.compile(r"[\p{Cc}\p{Cf}\p{Cs}\p{Z}\ufe00-\ufe0f]")
EAST_ASIAN = regex.compile(r"[\p{Han}\p{Hangul}\p{Hiragana}\p{Katakana}\p{Bopomofo}]")
HALF = regex.compile(r"\p{Cs}")
EMOJI = regex.compile(r"\p{Extended_Pictographic}")


def font_file(texts: Iterable[str]) -> str:
    """The file of a font that has the letters of texts, or most of them: then it warns."""
    letters, usual = _drawn(texts), font_manager.findfont(USUAL)
    found = _best([usual], letters)
    if _lacking(found, letters):
        found = _best([usual, *sorted(font_manager.findSystemFonts())], letters)
        _warn(_lacking(found, letters))
    return found


def pillow_font(texts: Iterable[str], size: int = 15) -> Any:
    """What texts are written into pictures with."""
    return ImageFont.truetype(font_file(texts), size)


@contextmanager
def lettering(*texts: str) -> Iterator[None]:
    """Draw with matplotlib in fonts that have the letters of texts; warn of those that none has."""
    lacking = _lacking(font_manager.findfont(font_manager.FontProperties()), _drawn(texts))
    if not lacking:
        yield
        return
    families, installed = list(rcParams["font.family"]), sorted(font_manager.findSystemFonts())
    known = {font.fname for font in font_manager.fontManager.ttflist}
    while installed and (left := _lacking(file := _best(installed, lacking), lacking)) != lacking:
        if file not in known:
            font_manager.fontManager.addfont(file)
        families.append(FT2Font(file).family_name)
        lacking = left
    _warn(lacking)
    with rc_context({"font.family": families}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from")
        yield


def as_label(text: str) -> str:
    """A text as matplotlib draws it: dollars are no formula, half an emoji is a sign."""
    return str(HALF.sub("\ufffd", str(text))).replace("$", r"\$")


def _drawn(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(NOT_DRAWN.sub("", "".join(map(str, texts))))


def _best(files: Collection[str], letters: frozenset[str]) -> str:
    """The first of the fonts that lack fewest letters, a plain one if possible."""
    lacked = {file: len(_lacking(file, letters)) for file in files}
    best = [file for file in files if lacked[file] == min(lacked.values())]
    return next((file for file in best if _is_plain(file)), best[0])


@lru_cache(4096)
def _lacking(file: str, letters: frozenset[str]) -> frozenset[str]:
    """The letters that a font has not; all, of one that draws no outlines, or boxes for all."""
    try:
        font = FT2Font(file)
    except (OSError, RuntimeError):
        return letters
    if not font.scalable or "lastresort" in file.lower():
        return letters
    return frozenset(letter for letter in letters if not font.get_char_index(ord(letter)))


def _is_plain(file: str) -> bool:
    try:
        return FT2Font(file).style_name in ("Regular", "Book", "Normal", "Roman")
    except (OSError, RuntimeError):
        return False


def _warn(lacking: Collection[str]) -> None:
    """Tell which letters are drawn as boxes, and what font to install."""
    if not lacking:
        return
    letters = [each for each in sorted(lacking) if unicodedata.category(each)[0] != "M"]
    fonts = " and ".join(sorted({font for each in letters for font in _advised(each)}))
    warn(
        f"No font here has {shortened(' '.join(letters or lacking))}: boxes stand for them. "
        f"Install a font that has them{', such as ' if fonts else ''}{fonts}; it is found at once."
    )


def _advised(letter: str) -> Iterator[str]:
    """A font for the script of a letter, and what Debian and Ubuntu call it."""
    if EAST_ASIAN.match(letter):
        yield "Noto Sans CJK (fonts-noto-cjk)"
    elif letter.isalnum():
        yield f"Noto Sans {unicodedata.name(letter).split()[0].title()} (fonts-noto-core)"
    elif EMOJI.match(letter):
        yield "Noto Emoji"
