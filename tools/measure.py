"""What the benchmarks share: timing, memory, and results that say where and when they are from."""

import json
import os
import platform
import re
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from dreamkit.files import write_whole

from .links import ROOT, replace_block

RESULTS = ROOT / "benchmarks" / "results"
PAGE = ROOT / "docs" / "benchmarks.md"

Name = TypeVar("Name")


def in_turns(
    functions: Mapping[Name, Callable[[], object]], rounds: int
) -> dict[Name, list[float]]:
    """Seconds of every round for every function, by name, after a warm-up of each.

    The functions take turns, so that a slow minute of the machine slows all of them.
    """
    for function in functions.values():
        function()
    seconds: dict[Name, list[float]] = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            seconds[name].append(seconds_of(function))
    return seconds


def seconds_of(function: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def spread(seconds: Iterable[float], unit: str = "s") -> str:
    """``median (smallest–largest)``, in ``"s"`` or ``"ms"``."""
    values = [t * {"s": 1, "ms": 1000}[unit] for t in seconds]
    numbers = [statistics.median(values), min(values), max(values)]
    digits = 0 if numbers[1] >= 100 else 1 if numbers[1] >= 10 else 2
    middle, low, high = (f"{number:,.{digits}f}" for number in numbers)
    return f"{middle} ({low}–{high})"


def peak(pid: int | str = "self") -> float:
    """Most memory that a process, by default this one, has held, in MB.

    (What ``ru_maxrss`` says would count that of the process's parent.)
    """
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        (held,) = re.findall(r"VmHWM:\s+(\d+)", status.read_text(encoding="utf-8"))
        return int(held) / 1024
    if pid != "self":
        raise OSError("The memory of another process is measured on Linux only.")
    import resource  # Windows has none

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024  # macOS counts bytes


def processor() -> str:
    """Name of the processor, where the system tells it."""
    info = Path("/proc/cpuinfo")
    told = info.read_text(encoding="utf-8") if info.exists() else ""
    found = re.search(r"model name\s*: (.+)", told)
    return found[1] if found else platform.machine()


def facts() -> dict[str, Any]:
    """Where and when something was measured: machine, device, versions, date."""
    from dreamkit.backend import device, versions

    return {
        "machine": f"{os.cpu_count()} cores, {processor()}, {platform.system()}",
        "device": device(),
        "versions": versions(),
        "date": date.today().isoformat(),
    }


def footer(results: Mapping[str, Any]) -> str:
    """The line under a table that says where its numbers are from."""
    versions = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    return f"{results['machine']}; {versions}; {results['date']}."


def comparison(rows: Iterable[Sequence[str]], results: Mapping[str, Any]) -> str:
    """Markdown of rows (what, value, compared with), and where they are from."""
    lines = ["| what | value | compared with |", "|---|---|---|"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([*lines, "", footer(results)])


def keep(name: str, results: Mapping[str, Any], folder: Path = RESULTS) -> dict[str, Any]:
    """Write the numbers and the facts to ``NAME.json`` in a folder; return both."""
    results = {**results, **facts()}
    folder.mkdir(exist_ok=True)
    text = json.dumps(results, indent=1, ensure_ascii=False) + "\n"
    write_whole(folder / f"{name}.json", text)
    return kept(name, folder)


def publish(name: str, lines: str) -> None:
    """Put a table onto the page of benchmarks, where its block of that name is."""
    write_whole(PAGE, replace_block(PAGE.read_text(encoding="utf-8"), name, lines))


def kept(name: str, folder: Path = RESULTS) -> dict[str, Any]:
    """The numbers of the last run, as ``keep`` wrote them."""
    results: dict[str, Any] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return results
