"""Run a module in the environment of the peers, apart from ours: they want other packages.

On its own, ``python -m benchmarks.peers``, run there, prints their versions.
"""

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PEERS = ROOT / ".venv-peers" / "bin" / "python"


def run(module: str, *arguments: str, python: str | Path = PEERS) -> dict[str, Any]:
    """The last line that ``python -m module`` prints in a new process, read as JSON."""
    if not Path(python).exists():
        raise FileNotFoundError("The peers are not installed. Run: make .venv-peers/.ready")
    backend = {"KERAS_BACKEND": "tensorflow"} if python == PEERS else {}
    done = subprocess.run(
        [python, "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", **backend},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(f"{module} {' '.join(arguments)} failed:\n{done.stderr[-2000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


if __name__ == "__main__":
    names = ("tf-keras-vis", "xplique", "textgenrnn", "keras", "tf-keras")
    print(json.dumps({name: version(name) for name in names}))
