"""Arrays in, figures with alt text out."""

from .atlas import atlas_sheet, draw_atlas, lay_out
from .charts import bars, curves
from .figure import Figure, Film
from .letters import Letters, letters
from .maps import WordMap, draw_map, draw_map_3d, map_film, word_map
from .pictures import film, pictures
from .weights import channels, hinton, painted
from .words import clouds

__all__ = [
    "Figure",
    "Film",
    "Letters",
    "WordMap",
    "atlas_sheet",
    "bars",
    "channels",
    "clouds",
    "curves",
    "draw_atlas",
    "draw_map",
    "draw_map_3d",
    "film",
    "hinton",
    "lay_out",
    "letters",
    "map_film",
    "painted",
    "pictures",
    "word_map",
]
