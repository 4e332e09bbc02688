"""Gradients and compilation. The only file that imports a framework.

Everything else is written in ``keras.ops``, so that a port to another framework is a port of
this file.
"""

import os
from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf


def with_gradient(score: Callable[..., Any]) -> Callable[..., tuple[Any, Any]]:
    """Turn ``score(x, *inputs)`` into a function that also returns the gradient by ``x``.

    ``score`` returns one number per row of ``x``, each depending on its own row alone; the
    gradient has the shape of ``x``. Nothing but ``x`` is differentiated: weights stay frozen.
    """

    def scored(x: Any, *inputs: Any) -> tuple[Any, Any]:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(x)
            value = score(x, *inputs)
        return value, tape.gradient(value, x)

    return scored


class Compiled:
    """A function of arrays, compiled once for arrays of every size.

    The first call fixes how many axes each argument has and the length of its last axis; all
    other sizes stay open, so that octaves and pictures of any size share one trace.

    Examples
    --------
    >>> double = Compiled(lambda x: 2 * x)
    >>> double(np.ones((3, 1), "float32")), double(np.ones((5, 1), "float32"))  # doctest: +SKIP
    >>> double.traces
    1
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.traces = 0
        self._function = function
        self._compiled: Callable[..., Any] | None = None

    def __call__(self, *arguments: Any) -> Any:
        """Run the function on arrays, or on nested tuples of them."""
        if self._compiled is None:
            tensors = keras.tree.map_structure(tf.convert_to_tensor, arguments)
            signature = keras.tree.map_structure(_open_shape, tensors)
            self._compiled = tf.function(self._trace, input_signature=signature)
        return self._compiled(*arguments)

    def _trace(self, *arguments: Any) -> Any:
        self.traces += 1  # Python runs only while tracing
        return self._function(*arguments)


def _open_shape(array: Any) -> tf.TensorSpec:
    last = array.shape[-1:]  # convolutions must know their channels
    return tf.TensorSpec([None] * (len(array.shape) - len(last)) + list(last), array.dtype)


def device() -> str:
    """Name of the device that computes: a GPU where there is one, otherwise the CPU."""
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return f"CPU, {os.cpu_count()} cores"
    return str(tf.config.experimental.get_device_details(gpus[0]).get("device_name", gpus[0].name))
