"""A comparison that is kept row by row: stopped at any time, it goes on where it was."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from dreamkit.files import load_json, write_whole


def completed(
    path: Path,
    facts: dict[str, Any],
    what: str,
    names: Iterable[str],
    measure: Callable[[str, int], dict[str, Any]],
) -> dict[str, Any]:
    """Measure every name with every seed that ``path`` does not hold yet; write each down at once.

    A row has its name under ``what`` and its seed under "seed"; ``facts`` are kept beside the rows.
    """
    kept = {**facts, "rows": []}
    if path.exists():
        kept = load_json(path)
        if kept["settings"] != facts["settings"]:
            raise ValueError(f"{path} was made with other settings: {kept['settings']}. Delete it.")
    done = {(row[what], row["seed"]) for row in kept["rows"]}
    missing = [
        (n, s) for s in range(facts["settings"]["seeds"]) for n in names if (n, s) not in done
    ]
    for name, seed in missing:
        kept["rows"].append(measure(name, seed))
        print(kept["rows"][-1], flush=True)
        write_whole(path, json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
    return kept
