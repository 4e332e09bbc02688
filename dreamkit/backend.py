"""Gradients and compilation. The only file that imports a framework.

Everything else is written in ``keras.ops``, so that TensorFlow, JAX and PyTorch differ here alone.
"""

import os
import platform
import sys
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops

from .pretrained import home

NAME = keras.config.backend()

# A GPU's memory is taken as it is needed, not all at once (PyTorch does so by itself). Both are
# read when the GPU is first used.
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")

if NAME == "tensorflow":
    import tensorflow as tf

    def _scored(score: Callable[..., Any], x: Any, *inputs: Any) -> tuple[Any, Any]:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(x)
            value = score(x, *inputs)
        return value, tape.gradient(value, x)

    def _compile(function: Callable[..., Any], *arguments: Any) -> Callable[..., Any]:
        """One graph for arrays of every size: all axes but the last stay open."""
        tensors = keras.tree.map_structure(tf.convert_to_tensor, arguments)
        signature = keras.tree.map_structure(_open_shape, tensors)
        return tf.function(function, input_signature=signature)

    def _open_shape(array: Any) -> Any:
        last = array.shape[-1:]  # convolutions must know their channels
        return tf.TensorSpec([None] * (len(array.shape) - len(last)) + list(last), array.dtype)

    def _gpus() -> list[str]:
        details = tf.config.experimental.get_device_details
        devices = tf.config.list_physical_devices("GPU")
        return [str(details(gpu).get("device_name", gpu.name)) for gpu in devices]

elif NAME == "jax":
    import jax

    if not jax.config.jax_compilation_cache_dir:  # a shape is compiled once on a machine
        jax.config.update("jax_compilation_cache_dir", str(home() / "jax"))

    def _scored(score: Callable[..., Any], x: Any, *inputs: Any) -> tuple[Any, Any]:
        def total(x: Any) -> tuple[Any, Any]:
            value = score(x, *inputs)
            return value.sum(), value

        (_, value), gradient = jax.value_and_grad(total, has_aux=True)(x)
        return value, gradient

    class _Reads(keras.StatelessScope):
        """Notes which variables of Keras are read."""

        def __init__(self) -> None:
            super().__init__()
            self.variables: dict[int, Any] = {}

        def get_current_value(self, variable: Any) -> Any:
            self.variables[id(variable)] = variable
            return super().get_current_value(variable)

    def _compile(function: Callable[..., Any], *arguments: Any) -> Callable[..., Any]:
        """XLA compiles each shape anew; weights go in as arguments, as training changes them."""
        with _Reads() as reads:
            jax.eval_shape(function, *arguments)
        variables = list(reads.variables.values())

        @jax.jit
        def run(values: list, *arguments: Any) -> Any:
            with keras.StatelessScope(zip(variables, values, strict=True)):
                return function(*arguments)

        return lambda *arguments: run([variable.value for variable in variables], *arguments)

    def _gpus() -> list[str]:
        return [gpu.device_kind for gpu in jax.devices() if gpu.platform != "cpu"]

elif NAME == "torch":
    import torch

    def _scored(score: Callable[..., Any], x: Any, *inputs: Any) -> tuple[Any, Any]:
        with torch.enable_grad():
            x = x.detach().requires_grad_()
            value = score(x, *inputs)
            (gradient,) = torch.autograd.grad(value.sum(), x)
        return value.detach(), gradient

    def _compile(function: Callable[..., Any], *arguments: Any) -> Callable[..., Any]:
        """PyTorch runs as it reads; its own compiler would take minutes for each network."""

        def run(*arguments: Any) -> Any:
            tensors = keras.tree.map_structure(ops.convert_to_tensor, arguments)
            with torch.no_grad():
                return function(*tensors)

        return run

    def _gpus() -> list[str]:
        return [torch.cuda.get_device_name(gpu) for gpu in range(torch.cuda.device_count())]

else:
    raise ImportError(
        f"dreamkit runs on tensorflow, jax and torch; KERAS_BACKEND is {NAME!r}. Set one of these "
        "before Python starts."
    )


def with_gradient(score: Callable[..., Any]) -> Callable[..., tuple[Any, Any]]:
    """Turn ``score(x, *inputs)`` into a function that also returns the gradient by ``x``.

    ``score`` returns one number per row of ``x``, each depending on its own row alone; the
    gradient has the shape of ``x``. Nothing but ``x`` is differentiated: weights stay frozen.
    """
    return lambda x, *inputs: _scored(score, x, *inputs)


class Compiled:
    """A function of arrays, compiled where the framework compiles.

    The first call fixes how many axes each argument has and the length of its last axis. On
    TensorFlow all other sizes stay open, so that octaves and pictures of any size share one trace;
    JAX compiles each size once, and keeps it on disk; PyTorch runs the function as it is.

    Attributes
    ----------
    traces : int
        How often the function was compiled; on PyTorch, how often it ran.

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
        self._run: Callable[..., Any] | None = None

    def __call__(self, *arguments: Any) -> Any:
        """Run the function on arrays, or on nested tuples of them."""
        if self._run is None:
            self._run = _compile(self._trace, *arguments)
            self.traces = 0  # looking is not compiling
        return self._run(*arguments)

    def _trace(self, *arguments: Any) -> Any:
        self.traces += 1  # Python runs only while tracing
        return self._function(*arguments)


def versions() -> dict[str, str]:
    """Version of Python, Keras, the framework and NumPy, by name."""
    return {
        "Python": platform.python_version(),
        "Keras": keras.__version__,
        NAME: sys.modules[NAME].__version__,
        "NumPy": np.__version__,
    }


def on_gpu() -> bool:
    """Whether a GPU computes."""
    return bool(_gpus())


def device() -> str:
    """Name of the device that computes: a GPU where there is one, otherwise the CPU."""
    return next(iter(_gpus()), f"CPU, {os.cpu_count()} cores")
