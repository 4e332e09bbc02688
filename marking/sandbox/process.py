"""A sandbox as the grader sees it: run a cell, call a function, with a time limit.

Limits are on the processor's time, so that points do not depend on how busy the machine is; on
time itself there is only a generous one, for code that waits. What takes too long is interrupted,
as by the square in Jupyter. Where that does not help, or the process ends, a new one takes its
place and runs the earlier cells again, all but the one to blame: a failure costs only its task.
"""

import builtins
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import psutil

from .messages import MessageError, pack, receive, send, unpack
from .restrictions import ELSEWHERE, is_linux

KEPT = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "PYTHONPATH", "SYSTEMROOT")
ROOT = Path(__file__).resolve().parents[2]  # from where this package is imported
START = 120  # seconds that Python may take to start on a busy machine
PATIENCE = 12  # times the limit that code may take by the clock on the wall, where it waits
WHOLE = 6  # times the limit that a whole submission may take


class Cut(Exception):
    """A student's code was cut off."""


class Sandbox:
    """A namespace that a student's cells fill, in a process of its own.

    One cell, or one task's tests, may take ``seconds`` of the processor, all of them together
    ``WHOLE`` times as much, and the process ``megabytes`` of memory.
    """

    def __init__(self, seconds: float = 10, megabytes: int = 2048) -> None:
        if not is_linux():  # nbgrader's own commands come here too
            raise OSError(ELSEWHERE)
        self.seconds, self.megabytes = seconds, megabytes
        self._ran: list[str] = []  # what a new process has to run first
        self._process: subprocess.Popen | None = None
        self._line: socket.socket | None = None
        self._folder: tempfile.TemporaryDirectory | None = None
        self._spent = 0.0  # processor's time of processes that are gone
        self._until = self._at_latest = 0.0  # in the processor's time, on the wall

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *exception: Any) -> None:
        self._end()

    def run(self, source: str) -> dict[str, Any]:
        """Run a cell: a list of "outputs", and after an exception "error", its name, and "text".

        Cut says that it took too long, too much memory, or ended the process; it is not run again.
        """
        self.start_clock()
        reply = self._ask({"run": source})
        self._ran.append(source)
        return reply

    def start_clock(self) -> None:
        """Give what follows its ``seconds``."""
        if self._used() > WHOLE * self.seconds:
            raise Cut(f"The notebook had its {WHOLE * self.seconds:g} seconds before this.")
        self._ready()
        self._wind()

    def _wind(self) -> None:
        self._until = min(self._used(), WHOLE * self.seconds) + self.seconds
        self._at_latest = time.monotonic() + PATIENCE * self.seconds

    def _used(self) -> float:
        """The processor's time that the student's processes took."""
        if self._process is None:
            return self._spent
        try:
            times = psutil.Process(self._process.pid).cpu_times()
        except psutil.Error:
            return self._spent
        return self._spent + times.user + times.system

    def _late(self) -> None:
        if time.monotonic() > self._at_latest or self._used() > self._until:
            raise TimeoutError

    def value(self, name: str) -> Any:
        """What a name stands for: plain data, or a function that calls the student's."""
        reply = self._ask({"name": name})
        if not reply.get("callable"):
            return _result(reply)

        def call(*arguments: Any) -> Any:
            functions: list[Callable[..., Any]] = []
            request = {"name": name, "arguments": pack(list(arguments), functions)}
            return _result(self._ask(request, functions))

        return call

    def _ask(self, request: dict[str, Any], functions: Sequence[Callable[..., Any]] = ()) -> dict:
        self._ready()
        assert self._line is not None
        try:
            send(self._line, request)
            while "callback" in (reply := receive(self._line, self._late)):
                send(self._line, {"value": pack(self._called_back(reply, functions))})
                self._late()
        except TimeoutError:
            if not self._interrupted():
                self._end()
            raise Cut(
                f"Cut off after {self.seconds:g} seconds. Is there an endless loop?"
            ) from None
        except (MessageError, ValueError, TypeError, LookupError, OverflowError) as error:
            self._end()
            raise Cut(f"The code ended its own process: {error}") from None
        if reply.get("error") == "MemoryError":  # what fills it may still be held
            self._end()
            raise Cut(f"Out of memory: more than {self.megabytes:,} MB.")
        return reply

    def _interrupted(self) -> bool:
        """Interrupt what runs; whether that helped."""
        assert self._process is not None and self._line is not None
        self._until, self._at_latest = self._used() + 0.5, time.monotonic() + 5
        try:
            self._process.send_signal(signal.SIGINT)
            return "callback" not in receive(self._line, self._late)
        except (TimeoutError, MessageError):
            return False

    def _called_back(self, reply: dict[str, Any], functions: Sequence[Callable[..., Any]]) -> Any:
        """Call one of the test's own functions, as the student's code asks for."""
        function, arguments = functions[reply["callback"]], unpack(reply["arguments"])
        try:
            return function(*arguments)
        except Exception:
            self._end()  # it waits for a value that will never come
            raise

    def _ready(self) -> None:
        if self._process is not None:
            return
        self._start()
        for source in self._ran:
            self._wind()
            self._ask({"run": source})

    def _start(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="dreamkit-student-")
        here, there = socket.socketpair()
        home = self._folder.name
        fonts = Path(home, ".cache", "matplotlib")
        fonts.mkdir(parents=True)
        for file in _fonts():
            shutil.copy(file, fonts)
        self._process = subprocess.Popen(
            # -P: a file of the student's can't take the place of a module of Python's.
            [sys.executable, "-P", "-m", f"{__package__}.kernel", str(there.fileno())]
            + [str(self.megabytes)],
            cwd=home,
            env=_environment(home),
            pass_fds=[there.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        there.close()
        self._line = here
        self._until, self._at_latest = float("inf"), time.monotonic() + START
        receive(here, self._late)
        self._spent -= psutil.Process(self._process.pid).cpu_times().user  # to start is no fault

    def _end(self) -> None:
        if self._process is None:
            return
        self._spent = self._used()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None
        if self._line is not None:
            self._line.close()
        if self._folder is not None:
            self._folder.cleanup()


@cache
def _fonts() -> list[Path]:
    """What matplotlib knows of fonts: looking for them takes seconds, and is done once."""
    look = "import matplotlib.font_manager; print(matplotlib.get_cachedir())"
    found = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True)
    return list(Path(found.stdout.strip()).glob("fontlist*.json")) if found.stdout else []


def _environment(home: str) -> dict[str, str]:
    """What the process may know of this one's environment: how to run Python, and no secrets."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    kept["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [kept.get("PYTHONPATH")])])
    return kept | {
        "HOME": home,
        "TMPDIR": home,
        "MPLBACKEND": "agg",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",  # each takes memory
        "OPENBLAS_NUM_THREADS": "1",
    }


def _result(reply: dict[str, Any]) -> Any:
    """The value in a reply, or the exception that it tells of."""
    if "error" not in reply:
        return unpack(reply.get("value"))
    kind = getattr(builtins, str(reply["error"]), RuntimeError)
    if not (isinstance(kind, type) and issubclass(kind, Exception)):
        kind = RuntimeError
    try:
        error = kind(str(reply.get("text")))
    except TypeError:  # an exception that wants more than a text
        error = RuntimeError(str(reply.get("text")))
    raise error
