"""Thin ipywidgets over the same functions that the lessons call."""

from .dream import dream_explorer
from .guided import guide_explorer
from .live import Live
from .quiz import Quiz, quiz

__all__ = ["Live", "Quiz", "dream_explorer", "guide_explorer", "quiz"]
