"""A few questions at the end of a lesson, each answer with a reason."""

import functools
import html
from typing import Any

import ipywidgets as ui

from ..arguments import several
from ..lessons.quizzes import questions
from .panel import Panel


class Quiz(Panel):
    """Multiple-choice questions that answer back."""

    def __init__(self, questions: list[dict[str, Any]]) -> None:
        super().__init__()
        for question in several("questions", questions, "a list of questions"):
            if not isinstance(question, dict) or not {"question", "options"} <= set(question):
                raise ValueError('A question is {"question": …, "options": […]}.')
        self.questions = questions
        self.choices = []
        self.feedback = [ui.HTML() for _ in questions]
        parts = []
        for number, question in enumerate(questions):
            choice = ui.RadioButtons(
                options=[option["text"] for option in question["options"]],
                value=None,
                layout={"width": "max-content"},
            )
            answer = self.shielded(functools.partial(self._answer, number))
            choice.observe(answer, names="value")
            self.choices.append(choice)
            text = f"<b>{number + 1}.</b> {html.escape(question['question'])}"
            parts += [ui.HTML(text), choice, self.feedback[number]]
        self.children = [*parts, self.status]

    def settings(self) -> str:
        """How many questions there are."""
        return f"{len(self.questions)} questions"

    def still(self) -> str:
        """The questions, with a verdict that unfolds below each answer."""
        return "".join(
            f"<p><b>{number}.</b> {html.escape(question['question'])}</p>"
            + "".join(
                f"<details><summary>{html.escape(option['text'])}</summary>"
                f"<p>{_verdict(option)}</p></details>"
                for option in question["options"]
            )
            for number, question in enumerate(self.questions, 1)
        )

    def _answer(self, number: int, _: Any) -> None:
        self.feedback[number].value = _verdict(self._chosen(number))
        answered = [n for n, choice in enumerate(self.choices) if choice.value is not None]
        right = sum(self._chosen(n)["right"] for n in answered)
        self.status.value = f"{right} of {len(self.questions)} right"

    def _chosen(self, number: int) -> dict[str, Any]:
        chosen: dict[str, Any] = self.questions[number]["options"][self.choices[number].index]
        return chosen


def _verdict(option: dict[str, Any]) -> str:
    verdict = "✓ Right." if option["right"] else "✗ Not quite."
    return f"<b>{verdict}</b> {html.escape(option['because'])}"


def quiz(lesson: str) -> Quiz:
    """The self-check of a lesson, for example ``quiz("01")``. Works offline."""
    return Quiz(questions(lesson))
