"""The questions that end each lesson."""

from pathlib import Path
from typing import Any

from ..arguments import among
from ..files import load_json

QUESTIONS = Path(__file__).with_name("quizzes.json")


def questions(lesson: str) -> list[dict[str, Any]]:
    """The questions of a lesson, such as "01", with options; ValueError without a quiz."""
    quizzes = load_json(QUESTIONS)
    found: list[dict[str, Any]] = quizzes[among("lesson", lesson, quizzes)]
    return found
