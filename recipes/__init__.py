"""How each bundled file was made, and what was found in it: ``python -m recipes.NAME``."""

from pathlib import Path

FINDINGS = Path(__file__).parent / "findings"
