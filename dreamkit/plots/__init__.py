"""Arrays in, figures with alt text out."""

from .charts import bars, curves
from .figure import Figure, Film
from .letters import Letters, letters
from .maps import WordMap, draw_map, draw_map_3d, map_film, word_map
from .pictures import film, pictures
from .words import clouds

__all__ = [
    "Figure",
    "Film",
    "Letters",
    "WordMap",
    "bars",
    "clouds",
    "curves",
    "draw_map",
    "draw_map_3d",
    "film",
    "letters",
    "map_film",
    "pictures",
    "word_map",
]
