"""Characters a second of textgenrnn, run by ``benchmarks.writer`` in the peers' environment.

textgenrnn 2.0.0 is of February 2020. As it stands it runs up to TensorFlow 2.3, so up to
Python 3.8. With tf_keras (Keras 2) it still runs today, once two names are put back that it
imports, that no longer exist, and that it needs for several GPUs or for TensorFlow 1 only.
"""

import contextlib
import importlib
import io
import json
import os
import sys
import time
from types import ModuleType
from typing import Any

LENGTH = 100


def load() -> Any:
    """Its bundled network, as its guide loads it."""
    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    utils: Any = importlib.import_module("tensorflow.keras.utils")
    utils.multi_gpu_model = None
    gone: Any = ModuleType("tensorflow_backend")
    gone.set_session = None
    sys.modules["keras.backend.tensorflow_backend"] = gone
    from textgenrnn import textgenrnn

    return textgenrnn()


def measure() -> dict[str, Any]:
    """One rate, after a warm-up; a text may end early, so its own length counts."""
    peer = load()

    def write() -> str:
        with contextlib.redirect_stdout(io.StringIO()):  # predict draws a bar for each character
            return peer.generate(
                return_as_list=True, temperature=0.5, max_gen_length=LENGTH, progress=False
            )[0]

    write()
    started = time.perf_counter()
    text = write()
    rate = len(text) / (time.perf_counter() - started)
    return {"rate": rate, "parameters": peer.model.count_params()}


if __name__ == "__main__":
    print(json.dumps(measure()))
