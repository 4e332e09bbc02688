"""Checks of the coursework: ``dk.check.NAME(answer)`` says what is right, or hints at what is off.

``answer`` is the function that the task NAME asks for. The tests in an assignment's notebook call
the same checks. Nothing is needed beside NumPy.

>>> import dreamkit as dk
>>> dk.check.to_network(lambda picture: 2 * picture - 1)
✓ to_network: black is -1, white is 1, and grey lies in the middle.
"""

from .assignment01 import ascent_step as ascent_step
from .assignment01 import climb as climb
from .assignment01 import jittered_gradient as jittered_gradient
from .assignment01 import mean_square as mean_square
from .assignment01 import next_octave as next_octave
from .assignment01 import octave_sizes as octave_sizes
from .assignment01 import score_gradient as score_gradient
from .assignment01 import to_network as to_network
from .assignment01 import weighted_score as weighted_score
from .assignment02 import best_match as best_match
from .assignment02 import best_places as best_places
from .assignment02 import cosines as cosines
from .assignment02 import guided_gradient as guided_gradient
from .assignment02 import guided_score as guided_score
from .assignment02 import mixed as mixed
from .assignment02 import similarity as similarity
from .assignment02 import wins as wins
from .assignment03 import best_swap as best_swap
from .assignment03 import dream_path as dream_path
from .assignment03 import layer_norm as layer_norm
from .assignment03 import mean_valence as mean_valence
from .assignment03 import neighbours as neighbours
from .assignment03 import norm_gradient as norm_gradient
from .assignment03 import sentence_vector as sentence_vector
from .assignment03 import straightness as straightness
from .assignment03 import unit_words as unit_words
from .assignment04 import entropy as entropy
from .assignment04 import one_hot as one_hot
from .assignment04 import pick as pick
from .assignment04 import repetition as repetition
from .assignment04 import reweight as reweight
from .assignment04 import sample as sample
from .assignment04 import softmax as softmax
from .assignment04 import top_k as top_k
from .assignment04 import windows as windows
from .report import NotYet as NotYet
from .task import TASKS
from .task import progress as progress

__all__ = sorted({"NotYet", "progress"}.union(*TASKS.values()))
