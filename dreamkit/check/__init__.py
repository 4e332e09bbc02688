"""Checks of the coursework: ``dk.check.NAME(answer)`` says what is right, or hints at what is off.

``answer`` is the function that the task NAME asks for. The tests in an assignment's notebook call
the same checks. Nothing is needed beside NumPy.

>>> import dreamkit as dk
>>> dk.check.to_network(lambda picture: 2 * picture - 1)
✓ to_network: black is -1, white is 1, and grey lies in the middle.
"""

from .characters import entropy as entropy
from .characters import one_hot as one_hot
from .characters import pick as pick
from .characters import repetition as repetition
from .characters import reweight as reweight
from .characters import sample as sample
from .characters import softmax as softmax
from .characters import top_k as top_k
from .characters import windows as windows
from .guides import best_match as best_match
from .guides import best_places as best_places
from .guides import cosines as cosines
from .guides import guided_gradient as guided_gradient
from .guides import guided_score as guided_score
from .guides import mixed as mixed
from .guides import similarity as similarity
from .guides import wins as wins
from .pictures import ascent_step as ascent_step
from .pictures import climb as climb
from .pictures import jittered_gradient as jittered_gradient
from .pictures import mean_square as mean_square
from .pictures import next_octave as next_octave
from .pictures import octave_sizes as octave_sizes
from .pictures import score_gradient as score_gradient
from .pictures import to_network as to_network
from .pictures import weighted_score as weighted_score
from .report import TASKS
from .report import NotYet as NotYet
from .report import progress as progress
from .sentences import best_swap as best_swap
from .sentences import dream_path as dream_path
from .sentences import layer_norm as layer_norm
from .sentences import mean_valence as mean_valence
from .sentences import neighbours as neighbours
from .sentences import norm_gradient as norm_gradient
from .sentences import sentence_vector as sentence_vector
from .sentences import straightness as straightness
from .sentences import unit_words as unit_words

__all__ = sorted({"NotYet", "progress"}.union(*TASKS.values()))
