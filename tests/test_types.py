"""What an editor sees: wrong calls are refused by a type checker, right ones have their types."""

import re
import subprocess
import sys

import pytest

RIGHT = """
import dreamkit as dk

classifier: dk.Classifier = dk.load_classifier()
writer: dk.Writer = dk.load_writer()
reveal_type(dk.dream_sentence("I love this.", classifier))
reveal_type(dk.dream_sentence(["I love this.", "I hate this."], classifier, steps=3))
reveal_type(writer.generate("the will to ", temperature=0.5, seed=0))
reveal_type(writer.generate(["the will to ", "art is "], 100, top_k=5))
reveal_type(dk.deepdream(dk.sample_image("temple"), dk.load_network()))
reveal_type(dk.visualise("dreamnet", dk.objectives.channel("mixed4", 3), count=2))
"""
WRONG = """
import dreamkit as dk

photo = dk.load_image("me.jpg", max_side="640")
dream = dk.deepdream(photo, dk.load_network(), octave=3)
text: list[str] = dk.load_writer("nietzsche").generate("the will to ")
fine = dk.load_writer("nietzsche").generate("the will to ", seed=0).upper()
"""


def checked(code, folder):
    """What ``mypy --strict`` says of some code, line by line."""
    (folder / "mine.py").write_text(code, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--ignore-missing-imports", "mine.py"]
    process = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return re.findall(r"^mine.py:(\d+): (\w+): (.*)$", process.stdout, re.MULTILINE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("user")


def test_one_in_one_out_several_in_a_list_out(folder):
    said = [text for _, kind, text in checked(RIGHT, folder) if kind == "note"]
    assert [re.search('"(.*)"', text)[1].replace("builtins.", "") for text in said] == [
        "dreamkit.text.dream.SentenceDream",
        "list[dreamkit.text.dream.SentenceDream]",
        "str",
        "list[str]",
        "dreamkit.results.Picture",
        "list[dreamkit.results.Picture]",
    ]


def test_wrong_calls_are_refused_at_their_lines(folder):
    said = [(int(line), text) for line, kind, text in checked(WRONG, folder) if kind == "error"]
    assert [line for line, _ in said] == [4, 5, 6]
    for (_, text), words in zip(said, ("max_side", "octave", "list\\[str\\]"), strict=True):
        assert re.search(words, text)
