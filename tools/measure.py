"""What the benchmarks share: timing, memory, and results that say where and when they are from."""

import json
import os
import platform
import re
import resource
import statistics
import time
from datetime import date
from pathlib import Path

from dreamkit.files import write_whole

from .links import ROOT, replace_block

RESULTS = ROOT / "benchmarks" / "results"


def in_turns(functions, rounds):
    """Seconds of every round for every function, by name, after a warm-up of each.

    The functions take turns, so that a slow minute of the machine slows all of them.
    """
    for function in functions.values():
        function()
    seconds = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            seconds[name].append(seconds_of(function))
    return seconds


def seconds_of(function):
    """Seconds that one call takes."""
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def spread(seconds, unit="s"):
    """``median (smallest–largest)``, in ``"s"`` or ``"ms"``."""
    values = [t * {"s": 1, "ms": 1000}[unit] for t in seconds]
    numbers = [statistics.median(values), min(values), max(values)]
    digits = 0 if numbers[1] >= 100 else 1 if numbers[1] >= 10 else 2
    middle, low, high = (f"{number:,.{digits}f}" for number in numbers)
    return f"{middle} ({low}–{high})"


def peak(pid="self"):
    """Most memory that a process, by default this one, has held, in MB.

    (What ``ru_maxrss`` says would count that of the process's parent.)
    """
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) / 1024
    if pid != "self":
        raise OSError("The memory of another process is measured on Linux only.")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024  # macOS counts bytes


def processor():
    """Name of the processor, where the system tells it."""
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.+)", info.read_text()) if info.exists() else None
    return found[1] if found else platform.machine()


def facts():
    """Where and when something was measured: machine, device, versions, date."""
    from dreamkit.backend import device, versions

    return {
        "machine": f"{os.cpu_count()} cores, {processor()}, {platform.system()}",
        "device": device(),
        "versions": versions(),
        "date": date.today().isoformat(),
    }


def footer(results):
    """The line under a table that says where its numbers are from."""
    versions = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    return f"{results['machine']}; {versions}; {results['date']}."


def comparison(rows, results):
    """Markdown of rows (what, value, compared with), and where they are from."""
    lines = ["| what | value | compared with |", "|---|---|---|"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([*lines, "", footer(results)])


def keep(name, results, folder=RESULTS):
    """Write the numbers and the facts to ``NAME.json`` in a folder; return both."""
    results = {**results, **facts()}
    folder.mkdir(exist_ok=True)
    text = json.dumps(results, indent=1, ensure_ascii=False) + "\n"
    write_whole(folder / f"{name}.json", text)
    return kept(name, folder)


def into_readme(name, lines):
    """Put a table into the README, where its block of that name is."""
    readme = ROOT / "README.md"
    text = replace_block(readme.read_text(encoding="utf-8"), name, lines)
    write_whole(readme, text)


def kept(name, folder=RESULTS):
    """The numbers of the last run, as ``keep`` wrote them."""
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
