"""What the benchmarks share: timing, memory, and the command line."""

import argparse
import json
import re
import resource
import time
from pathlib import Path


def seconds_of(function, rounds):
    """Seconds of several rounds, after a warm-up."""
    function()
    found = []
    for _ in range(rounds):
        started = time.perf_counter()
        function()
        found.append(time.perf_counter() - started)
    return found


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


def command(main, doc):
    """Run ``main`` from the command line; ``--json PATH`` keeps the numbers that it returns."""
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("--json", help="keep the numbers in this file")
    path = parser.parse_args().json
    results = main()
    if path:
        Path(path).write_text(json.dumps(results, indent=1))
