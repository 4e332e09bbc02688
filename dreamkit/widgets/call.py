"""A call as a value: what a panel computes, and the line of code below it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..arguments import of_kind, told


@dataclass(frozen=True, eq=False, repr=False)
class Named:
    """A value with the name that it has in a notebook, or the code that makes it there.

    Examples
    --------
    >>> dk.widgets.Named("photos['cat']", np.zeros((2, 2, 3)))
    photos['cat']
    """

    name: str
    value: Any

    def __post_init__(self) -> None:
        of_kind("name", self.name, str, "It is the value's name, or the code that makes it.")

    def __call__(self, progress: Any = None) -> Any:
        """The value."""
        return self.value

    def __repr__(self) -> str:
        return self.name


class Call:
    """A function and its arguments: calling it computes, and its text is what to type for that.

    Parameters
    ----------
    name : str
        How the function is written.
    function : callable
        If it takes ``progress``, it gets that of the caller, which the text leaves out.
    *given, **settings
        Its arguments: values, ``Named`` ones, or other calls.

    Examples
    --------
    >>> grey = dk.widgets.Named("grey", np.full((4, 8, 3), 0.5))
    >>> call = dk.widgets.Call("dk.shrink", dk.shrink, grey, max_side=2)
    >>> call, call().shape
    (dk.shrink(grey, max_side=2), (1, 2, 3))
    """

    def __init__(
        self, name: str, function: Callable[..., Any], *given: Any, **settings: Any
    ) -> None:
        of_kind("name", name, str, "It is how the function is written.")
        if not callable(function):
            raise ValueError(f"{name} must be a function, got {told(function)}.")
        self.name, self.function, self.given, self.settings = name, function, given, settings

    def __call__(self, progress: Any = None) -> Any:
        """What the function makes of its arguments."""
        settings = {name: _value(argument) for name, argument in self.settings.items()}
        if progress and "progress" in inspect.signature(self.function).parameters:
            settings["progress"] = progress
        return self.function(*map(_value, self.given), **settings)

    def __repr__(self) -> str:
        settings = [f"{name}={argument!r}" for name, argument in self.settings.items()]
        return f"{self.name}({', '.join([*map(repr, self.given), *settings])})"


def _value(argument: Any) -> Any:
    return argument() if isinstance(argument, (Call, Named)) else argument
