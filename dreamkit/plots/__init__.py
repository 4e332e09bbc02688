"""Arrays in, figures with alt text out."""

from .atlas import atlas_figure as atlas_figure
from .atlas import atlas_sheet as atlas_sheet
from .charts import bars as bars
from .charts import curves as curves
from .figure import Figure as Figure
from .figure import Film as Film
from .letters import Letters as Letters
from .letters import letters as letters
from .maps import WordMap as WordMap
from .maps import map_figure as map_figure
from .maps import map_figure_3d as map_figure_3d
from .maps import map_film as map_film
from .maps import word_map as word_map
from .pictures import film as film
from .pictures import pictures as pictures
from .weights import channels as channels
from .weights import hinton as hinton
from .weights import painted as painted
from .words import clouds as clouds
