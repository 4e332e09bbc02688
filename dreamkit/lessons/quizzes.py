"""The questions that end each lesson."""

from pathlib import Path
from typing import Any

from ..arguments import among
from ..files import load_json

QUESTIONS = Path(__file__).with_name("quizzes.json")


def questions(lesson: str) -> list[dict[str, Any]]:
    """The questions of a lesson, for example of "01": each with options that say why.

    Raises
    ------
    ValueError
        For a lesson that has no quiz.
    """
    quizzes = load_json(QUESTIONS)
    found: list[dict[str, Any]] = quizzes[among("lesson", lesson, quizzes)]
    return found
