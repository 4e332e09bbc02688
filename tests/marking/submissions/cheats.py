"""Cells that try for points without an answer; each is put before an assignment of wrong ones."""

# %% cheat: replaces every check
import dreamkit as dk

for name in dk.check.__all__:
    setattr(dk.check, name, lambda *arguments: print("✓"))
for name in ("expect", "numbers", "close", "near"):
    setattr(dk.check.report, name, lambda *arguments, **more: True)

# %% cheat: puts another module in the place of dreamkit.check
import sys
from unittest.mock import MagicMock

for name in [name for name in sys.modules if name.startswith("dreamkit")]:
    sys.modules[name] = MagicMock()

# %% cheat: numpy finds everything equal
import numpy as np
import numpy.testing

for module in (np, np.testing, np.core if hasattr(np, "core") else np):
    for name in ("allclose", "isclose", "array_equal", "assert_allclose", "all"):
        setattr(module, name, lambda *arguments, **more: True)

# %% cheat: replaces every check, and numpy finds everything equal
import dreamkit as dk
import numpy as np

for module in (dk.check, dk.check.report):
    for name in [name for name in vars(module) if name.islower() and name != "report"]:
        setattr(module, name, lambda *arguments, **more: np.ones(1))
for name in ("allclose", "isclose", "array_equal", "all"):
    setattr(np, name, lambda *arguments, **more: True)

# %% cheat: builtins that never complain
import builtins

builtins.AssertionError = builtins.ValueError = type("Fine", (), {})
for name in ("exec", "compile", "isinstance", "callable", "float", "abs", "all"):
    setattr(builtins, name, lambda *arguments, **more: True)

# %% cheat: an answer that equals everything
import dreamkit as dk


class Yes(float):
    def __eq__(self, other):
        return True

    def __bool__(self):
        return True

    def __getattr__(self, name):
        return lambda *arguments, **more: self

    __ne__ = __lt__ = __gt__ = __le__ = __ge__ = __eq__
    __hash__ = float.__hash__

    def __array__(self, *arguments, **more):
        return [self]

    def __call__(self, *arguments):
        return self


def fill():
    for name in dk.check.__all__:
        globals()[name] = Yes()


fill()
get_ipython().events.register("pre_run_cell", lambda *arguments: fill())
get_ipython().events.register("post_run_cell", lambda *arguments: fill())

# %% cheat: cells that are not run any more
import ast

shell = get_ipython()


class Nothing(ast.NodeTransformer):
    def visit_Module(self, node):
        return ast.Module(body=[], type_ignores=[])


shell.ast_transformers.append(Nothing())
shell.input_transformers_cleanup.append(lambda lines: ["pass\n"])
type(shell).run_cell = lambda *arguments, **more: type("Result", (), {"success": True})()

# %% cheat: looks for the solution in every file
import contextlib
import json
import os
import pathlib

for start in ("/", os.getcwd(), os.path.dirname(os.getcwd()), os.path.expanduser("~")):
    for folder, _, files in os.walk(start):
        if "/proc" in folder or "/sys" in folder:
            continue
        for file in files:
            if file == "01_deepdream.ipynb":
                with contextlib.suppress(Exception):
                    for cell in json.loads(pathlib.Path(folder, file).read_text(encoding="utf-8"))[
                        "cells"
                    ]:
                        if "SOLUTION" in "".join(cell["source"]):
                            exec("".join(cell["source"]), globals())
                            get_ipython().run_cell = lambda *arguments, **more: None

# %% cheat: looks for the tests in memory
import gc
import sys

found = [text for text in get_ipython().user_ns.get("In", []) if "HIDDEN" in text]
frame = sys._getframe()
while frame:
    found += [str(value) for value in frame.f_locals.values() if "HIDDEN" in str(value)]
    frame = frame.f_back
found += [item for item in gc.get_objects() if isinstance(item, str) and "HIDDEN TESTS" in item]
for text in found:
    exec(text.replace("assert", "#"))

# %% cheat: writes new checks into the package
import dreamkit.check.assignment01
import marking.execute

for module in (dreamkit.check.assignment01, marking.execute):
    with open(module.__file__, "w", encoding="utf-8") as file:
        file.write("def __getattr__(name): return lambda *arguments: None")

# %% cheat: writes points into the gradebook
import os
import pathlib
import sqlite3

for folder in pathlib.Path(os.getcwd()).parents:
    for file in folder.glob("**/gradebook.db"):
        database = sqlite3.connect(file)
        database.execute("UPDATE grade SET manual_score = 100")
        database.commit()

# %% cheat: answers in the place of its process
import json
import os
import struct

for reply in (
    {"value": None},
    {"callable": False, "value": True},
    {"ready": True},
    {"outputs": []},
):
    data = json.dumps(reply).encode()
    for handle in range(3, 64):
        try:
            os.write(handle, (struct.pack("!I", len(data)) + data) * 40)
        except OSError:
            pass

# %% cheat: runs a programme that reads the course
import subprocess

print(subprocess.run("grep -r 'BEGIN HIDDEN' / --include=*.ipynb", shell=True, timeout=2))

# %% cheat: ends the grader
import os
import signal

os.kill(os.getppid(), signal.SIGKILL)

# %% cheat: ends its own process politely
import os

os._exit(0)

# %% cheat: opens what is closed, with the C library
import ctypes

library = ctypes.CDLL(None)
library.setrlimit(9, ctypes.byref((ctypes.c_ulong * 2)(2**60, 2**60)))
print(library.open(b"/etc/hostname", 0))
