"""Arrays in, figures with alt text out."""

from .charts import bars, curves
from .figure import Figure
from .pictures import film, pictures

__all__ = ["Figure", "bars", "curves", "film", "pictures"]
