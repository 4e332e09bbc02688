"""The questions that end each lesson."""

import json
from pathlib import Path
from typing import Any

QUESTIONS = Path(__file__).parent / "quizzes.json"


def questions(lesson: str) -> list[dict[str, Any]]:
    """The questions of a lesson, for example of "01": each with options that say why.

    Raises
    ------
    ValueError
        For a lesson that has no quiz.
    """
    quizzes: dict[str, list[dict[str, Any]]] = json.loads(QUESTIONS.read_text(encoding="utf-8"))
    if lesson not in quizzes:
        raise ValueError(f"There are quizzes for lessons {', '.join(quizzes)}; got {lesson!r}.")
    return quizzes[lesson]
