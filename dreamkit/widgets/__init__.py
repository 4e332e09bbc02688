"""Thin ipywidgets over the same functions that the lessons call."""

from .atlas import atlas_explorer as atlas_explorer
from .call import Call as Call
from .call import Named as Named
from .cells import cell_explorer as cell_explorer
from .dream import dream_explorer as dream_explorer
from .growth import growth_explorer as growth_explorer
from .guided import guide_explorer as guide_explorer
from .holding import hold_explorer as hold_explorer
from .live import Live as Live
from .quiz import Quiz as Quiz
from .quiz import quiz as quiz
from .readers import reader_explorer as reader_explorer
from .responses import response_explorer as response_explorer
from .sentence import sentence_explorer as sentence_explorer
from .surprise import surprise_explorer as surprise_explorer
from .temperature import next_char_bars as next_char_bars
from .temperature import temperature_explorer as temperature_explorer
from .training import WriterTraining as WriterTraining
from .training import training_explorer as training_explorer
