"""What to climb: objectives are values that can be added, subtracted and weighed.

>>> from dreamkit.objectives import channel, layer, total_variation
>>> layer("mixed4") + 0.5 * channel("mixed5", 7) - 0.1 * total_variation()
layer('mixed4') + 0.5 * channel('mixed5', 7) - 0.1 * total_variation()

An objective is a weighted sum of terms; a term is a plain function of one layer's activations
that returns one score per picture. Everything is maximised: penalties are subtracted.
"""

from .directions import direction as direction
from .directions import direction_neuron as direction_neuron
from .directions import directions as directions
from .directions import diversity as diversity
from .guides import guide as guide
from .kinds import channel as channel
from .kinds import layer as layer
from .kinds import logit as logit
from .kinds import mean as mean
from .kinds import neuron as neuron
from .objective import Objective as Objective
from .own import of as of
from .penalties import l2 as l2
from .penalties import total_variation as total_variation
