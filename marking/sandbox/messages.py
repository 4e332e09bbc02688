"""How the grader and a sandbox talk: messages of plain data, nothing that can run.

Pickle would run code of the sender's choosing; JSON cannot. An object that claims to be equal to
everything arrives as the numbers it holds, or not at all.
"""

import json
import socket
import struct
from collections.abc import Callable
from numbers import Number
from typing import Any

import numpy as np

from dreamkit.check.report import listed, plain

LARGEST = 32_000_000  # bytes in one message


class MessageError(Exception):
    """The other side is gone, too slow, or sends what is no message."""


def pack(value: Any, functions: list[Callable[..., Any]] | None = None) -> Any:
    """A value as JSON can hold it: plain data, arrays and tensors of numbers; else TypeError.

    Functions among the values are put into ``functions``; the other side gets their numbers, and
    may call them by those.
    """
    if value is None or type(value) in (bool, int, float, str):
        return value
    value = listed(value)
    if isinstance(value, (list, tuple)):
        kind = "list" if isinstance(value, list) else "tuple"
        return {kind: [pack(item, functions) for item in value]}
    if isinstance(value, dict):
        return {"dict": [[pack(part, functions) for part in item] for item in value.items()]}
    if functions is not None and callable(value):
        functions.append(value)
        return {"function": len(functions) - 1}
    array = plain(value)
    if array.dtype.kind == "U" or (array.dtype.kind == "O" and array.ndim):
        return pack(array.tolist(), functions)
    if array.dtype.kind == "O" and isinstance(value, Number):  # a fraction, a decimal
        array = array.astype("float64")
    if array.dtype.kind not in "biuf":
        raise TypeError(f"expected numbers, text, lists or dictionaries, got a {type(value)}")
    return {"array": array.ravel().tolist(), "shape": array.shape, "kind": array.dtype.kind}


def unpack(message: Any, function: Callable[[int], Any] | None = None) -> Any:
    """The value that ``pack`` made a message of; ``function`` makes one of its number.

    A message that ``pack`` never makes is a MessageError.
    """
    if not isinstance(message, dict):
        return message
    match message:
        case {"list": list(items)}:
            return [unpack(item, function) for item in items]
        case {"tuple": list(items)}:
            return tuple(unpack(item, function) for item in items)
        case {"dict": list(items)}:
            return {unpack(key, function): unpack(value, function) for key, value in items}
        case {"array": list(items), "shape": list(shape), "kind": "b" | "i" | "u" | "f" as kind}:
            return np.array(items, {"b": bool}.get(kind, f"{kind}8")).reshape(shape)[()]
        case {"function": int(number)} if function is not None:
            return function(number)
    raise MessageError("a message that makes no sense")


def send(line: socket.socket, message: dict[str, Any]) -> None:
    """Send one message; MessageError when nobody takes it in a minute."""
    data = json.dumps(message).encode()
    try:
        line.settimeout(60)
        line.sendall(struct.pack("!I", len(data)) + data)
    except OSError as error:
        raise MessageError("it does not listen") from error


def receive(line: socket.socket, late: Callable[[], None] | None = None) -> dict[str, Any]:
    """Take one message, or raise MessageError; ``late`` is asked while waiting, and may raise."""
    (length,) = struct.unpack("!I", _exactly(line, 4, late))
    if length > LARGEST:
        raise MessageError("an answer of more than 32 MB")
    try:
        message = json.loads(_exactly(line, length, late))
    except (ValueError, RecursionError) as error:
        raise MessageError("a message that makes no sense") from error
    if not isinstance(message, dict):
        raise MessageError("a message that makes no sense")
    return message


def _exactly(line: socket.socket, count: int, late: Callable[[], None] | None) -> bytes:
    data = bytearray()
    line.settimeout(0.1 if late else None)
    while len(data) < count:
        try:
            part = line.recv(min(count - len(data), 1 << 20))
        except TimeoutError:
            part = None
        except OSError as error:
            raise MessageError("its process ended") from error
        if part == b"":
            raise MessageError("its process ended")
        data += part or b""
        if late and len(data) < count:
            late()
    return bytes(data)
