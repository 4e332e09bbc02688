"""What is printed where the console has few letters, or is gone."""

import io
import sys

import pytest

import dreamkit as dk
from dreamkit.check.task import Progress
from dreamkit.health import Finding, Report
from dreamkit.results import Epoch
from dreamkit.text.swaps import Swap, WordDream
from dreamkit.unicode import printable, say


@pytest.fixture
def console(monkeypatch):
    """Puts a console of some letters in place, and gives what was printed there."""

    def put(letters):
        stream = io.TextIOWrapper(io.BytesIO(), letters, newline="\n")
        monkeypatch.setattr(sys, "stdout", stream)
        return lambda: (stream.flush(), stream.buffer.getvalue().decode(letters))[1]

    return put


@pytest.mark.parametrize(
    ("letters", "shown"),
    [
        ("utf-8", "× вот ✓ \\ud83d\n"),
        ("cp1252", "× \\u0432\\u043e\\u0442 \\u2713 \\ud83d\n"),
        ("cp1251", "\\xd7 вот \\u2713 \\ud83d\n"),
        ("ascii", "\\xd7 \\u0432\\u043e\\u0442 \\u2713 \\ud83d\n"),
    ],
)
def test_letters_that_a_console_lacks_are_spelt_out(console, letters, shown):
    printed = console(letters)
    say("× вот ✓ \ud83d")
    assert printed() == shown


THINGS = {
    "an epoch": (Epoch(1.5, 0.4, sample="вот"), "loss 1.500  0 s  'вот'"),
    "an alphabet": (dk.Alphabet("вот"), "<Alphabet of 3 characters: 'вот'>"),
    "a vocabulary": (dk.Vocabulary(("да", "нет")), "<Vocabulary of 2 words: да, нет>"),
    "what the doctor found": (
        Report((Finding("disk", "full", "Free some."),)),
        "! disk  full\n        → Free some.\n1 thing to look at, marked with !",
    ),
    "tasks": (Progress([], set()), "Nothing is done yet. Run the cell below a task to check it."),
    "a dream in words": (
        WordDream(("so good", "so fine"), (Swap(1, "good", "fine", 0.5, 0.75),)),
        "so good\nso fine    good → fine, 0.75",
    ),
}


@pytest.mark.parametrize("letters", ["utf-8", "cp1252", "ascii"])
@pytest.mark.parametrize(("thing", "words"), THINGS.values(), ids=THINGS)
def test_what_functions_give_back_can_be_printed_on_any_console(console, thing, words, letters):
    printed = console(letters)
    print(thing)
    assert printed() == words.encode(letters, "backslashreplace").decode(letters) + "\n"


def test_in_a_notebook_all_letters_are_there(console):
    console("ascii")
    assert "→" in repr(THINGS["what the doctor found"][0])
    assert "вот" in dk.Training((THINGS["an epoch"][0],))._repr_html_()


class Broken(io.StringIO):
    """A window that was shut: whatever is written fails."""

    def __init__(self, error):
        super().__init__()
        self.error = error

    def write(self, text):
        raise self.error


GONE = [BrokenPipeError(32, "Broken pipe"), OSError(5, "Input/output error"), ValueError("closed")]


@pytest.mark.parametrize("stream", [*map(Broken, GONE), None], ids=["pipe", "disk", "shut", "none"])
def test_a_console_that_is_gone_does_no_harm(monkeypatch, stream):
    monkeypatch.setattr(sys, "stdout", stream)
    say("loss 1.5")
    assert printable("✓") == "✓"
