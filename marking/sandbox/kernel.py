"""What runs in a sandbox: ``python -m marking.sandbox.kernel SOCKET MEGABYTES``.

It runs cells as a notebook does, says what a name stands for, and calls a function when asked. The
tests are not here: only the numbers they call the functions with.
"""

import builtins
import os
import signal
import socket
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from .messages import MessageError, pack, receive, send, unpack
from .restrictions import restrict

LONGEST = 20_000  # characters of printed text that are kept


def skip(what: str) -> None:
    """Say that something is left out."""
    print(f"Skipped while this is marked: {what}")


def skip_magic(name: str, line: str) -> None:
    """``%pip`` and its like."""
    skip(f"%{name} {line}")


def no_input(*asked: Any) -> str:  # noqa: ARG001
    """In place of ``input``: nobody is there."""
    skip("input(), which gives an empty text here")
    return ""


class Shell(InteractiveShell):
    """A notebook's shell without a window, and which no cell can leave."""

    shown: tuple[str, ...] = ()  # lines of tracebacks
    failed: BaseException | None = None  # the first error: ``%%capture`` keeps it to itself
    magic = ""  # that ended in it

    def run_cell(self, *arguments: Any, **more: Any) -> Any:
        """Run code as a cell; magics ask for this too."""
        result = super().run_cell(*arguments, **more)
        if self.failed is None:
            self.failed = result.error_before_exec or result.error_in_exec
        return result

    def run_line_magic(self, magic_name: str, line: str, _stack_depth: int = 1) -> Any:
        """``%magic``; one that fails is named."""
        try:
            return super().run_line_magic(magic_name, line, _stack_depth + 1)
        except Exception:
            self.magic = self.magic or f"%{magic_name}"
            raise

    def enable_matplotlib(self, gui: str | None = None) -> Any:  # noqa: ARG002
        """``%matplotlib widget`` and its like ask for a window: there is none."""
        return super().enable_matplotlib("inline")

    def _showtraceback(self, kind: type, value: BaseException, lines: list[str]) -> None:
        """Keep what a notebook would show."""
        self.shown += tuple(lines)

    def system(self, cmd: str) -> None:
        """``!command`` asks for this."""
        skip(f"!{cmd}")

    def getoutput(self, cmd: str, *arguments: Any, **more: Any) -> list[str]:  # noqa: ARG002
        """``lines = !command`` asks for this."""
        self.system(cmd)
        return []

    def enable_gui(self, gui: str | None = None) -> None:
        """``%matplotlib inline`` asks for this."""

    def ask_exit(self) -> None:
        """``exit()`` asks for this; the cells after it run all the same."""


def main(handle: int, megabytes: int) -> None:
    """Answer requests until the line is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    line = socket.socket(fileno=handle)
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    shell = Shell.instance(config=config)
    for name in ("pip", "conda", "mamba", "micromamba", "uv"):
        shell.magics_manager.register_function(partial(skip_magic, name), "line", name)
    builtins.input = no_input
    sys.path.insert(0, "")  # as in a notebook: modules beside it
    restrict(os.getcwd(), megabytes)
    send(line, {"ready": True})
    while True:
        try:
            request = receive(line)
        except MessageError:
            return
        try:
            send(line, interruptible(line, shell, request))
        except (TypeError, ValueError, RecursionError) as error:  # no JSON: a number too long
            send(line, failure(error))


def interruptible(line: socket.socket, shell: Any, request: dict[str, Any]) -> dict[str, Any]:
    """The reply to a request; while it is worked out, an interrupt stops the student's code."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return reply(line, shell, request)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def reply(line: socket.socket, shell: Any, request: dict[str, Any]) -> dict[str, Any]:
    """What one request asks for."""
    if "run" in request:
        return run(shell, request["run"])
    try:
        value = shell.user_ns[request["name"]]
        if "arguments" in request:
            value = value(*unpack(request["arguments"], lambda number: caller(line, number)))
        elif callable(value):
            return {"callable": True}
        return {"value": pack(value)}
    except BaseException as error:  # whatever a student's code throws, exits included
        return failure(error)


def run(shell: Any, source: str) -> dict[str, Any]:
    """Run one cell; return what it printed, showed and raised."""
    shell.shown, shell.failed, shell.magic = (), None, ""
    with capture_output() as shown:
        shell.run_cell(source, store_history=True)
    outputs = [{"text": shown.stdout[:LONGEST]}, {"text": shown.stderr[:LONGEST], "error": True}]
    for output in shown.outputs:
        data = {kind: output.data.get(kind) for kind in ("text/plain", "image/png")}
        outputs.append({"data": {kind: part for kind, part in data.items() if part}})
    if shell.failed is None:
        return {"outputs": outputs}
    told = failure(shell.failed)
    if shell.magic not in told["text"]:
        told["text"] = f"{shell.magic}: {told['text']}"
    return {"outputs": outputs, "traceback": "\n".join(shell.shown)[-LONGEST:], **told}


def failure(error: BaseException) -> dict[str, Any]:
    """An exception as a message."""
    return {"error": type(error).__name__, "text": str(error)[:LONGEST]}


def caller(line: socket.socket, number: int) -> Callable[..., Any]:
    """A function that asks the grader to call one of its own."""

    def ask(*arguments: Any) -> Any:
        send(line, {"callback": number, "arguments": pack(list(arguments))})
        return unpack(receive(line)["value"])

    return ask


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
