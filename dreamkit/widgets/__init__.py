"""Thin ipywidgets over the same functions that the lessons call."""

from .atlas import atlas_explorer
from .cells import cell_explorer
from .dream import dream_explorer
from .guided import guide_explorer
from .live import Live
from .quiz import Quiz, quiz
from .readers import reader_explorer
from .responses import response_explorer
from .sentence import sentence_explorer
from .temperature import next_char_bars, temperature_explorer
from .training import WriterTraining, training_explorer

__all__ = [
    "Live",
    "Quiz",
    "WriterTraining",
    "atlas_explorer",
    "cell_explorer",
    "dream_explorer",
    "guide_explorer",
    "next_char_bars",
    "quiz",
    "reader_explorer",
    "response_explorer",
    "sentence_explorer",
    "temperature_explorer",
    "training_explorer",
]
