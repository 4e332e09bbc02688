"""How each bundled file was made: ``python -m recipes.NAME``."""
