"""A few questions at the end of a lesson, each answer with a reason."""

import html
import json
from pathlib import Path
from typing import Any

import ipywidgets

QUESTIONS = Path(__file__).parent / "quizzes.json"


class Quiz(ipywidgets.VBox):
    """Multiple-choice questions that answer back."""

    def __init__(self, questions: list[dict[str, Any]]) -> None:
        self.questions = questions
        self.choices = []
        self.feedback = [ipywidgets.HTML() for _ in questions]
        self.score = ipywidgets.HTML()
        parts = []
        for number, question in enumerate(questions):
            choice = ipywidgets.RadioButtons(
                options=[option["text"] for option in question["options"]],
                value=None,
                layout={"width": "max-content"},
            )
            choice.observe(lambda _, number=number: self._answer(number), names="value")
            self.choices.append(choice)
            text = f"<b>{number + 1}.</b> {html.escape(question['question'])}"
            parts += [ipywidgets.HTML(text), choice, self.feedback[number]]
        super().__init__([*parts, self.score])

    def _answer(self, number: int) -> None:
        chosen = self._chosen(number)
        verdict = "✓ Right." if chosen["right"] else "✗ Not quite."
        self.feedback[number].value = f"<b>{verdict}</b> {html.escape(chosen['because'])}"
        answered = [n for n, choice in enumerate(self.choices) if choice.value is not None]
        right = sum(self._chosen(n)["right"] for n in answered)
        self.score.value = f"{right} of {len(self.questions)} right"

    def _chosen(self, number: int) -> dict[str, Any]:
        options = self.questions[number]["options"]
        return options[self.choices[number].index]


def quiz(lesson: str) -> Quiz:
    """The self-check of a lesson, for example ``quiz("01")``. Works offline."""
    quizzes = json.loads(QUESTIONS.read_text(encoding="utf-8"))
    if lesson not in quizzes:
        raise ValueError(f"There are quizzes for lessons {', '.join(quizzes)}; got {lesson!r}.")
    return Quiz(quizzes[lesson])
