"""Gradients and compilation. The only file that imports a framework.

Everything else is written in ``keras.ops``, so that TensorFlow, JAX and PyTorch differ here alone.
"""

import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from .pretrained import home

NAME = keras.config.backend()
CPU = Path("/proc/cpuinfo")
BFLOAT16 = {"amx_bf16", "avx512_bf16", "bf16"}  # as Linux names what x86-64 and ARM have

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
        return value, tape.gradient(value, x)  # None where no path leads back

    def _compile(compiled: "Compiled", *arguments: Any) -> Callable[..., Any]:
        """One graph for arrays of every size: all axes but the last stay open."""
        tensors = keras.tree.map_structure(tf.convert_to_tensor, arguments)
        signature = keras.tree.map_structure(_open_shape, tensors)
        # Taken at once: called later, it would count all traces of `trace` as those of one
        # function, and warn of them. Without AutoGraph, which Keras does without too: it warns of
        # lambdas whose source it can't find.
        function = tf.function(compiled.trace, input_signature=signature, autograph=False)
        graph: Callable[..., Any] = function.get_concrete_function()
        return graph

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

    class _Reads(keras.StatelessScope):  # type: ignore[misc]
        """Notes which variables of Keras are read."""

        def __init__(self) -> None:
            super().__init__()
            self.variables: dict[int, Any] = {}

        def get_current_value(self, variable: Any) -> Any:
            self.variables[id(variable)] = variable
            return super().get_current_value(variable)

    def _compile(compiled: "Compiled", *arguments: Any) -> Callable[..., Any]:
        """XLA compiles each shape anew; weights go in as arguments, as training changes them."""
        with _Reads() as reads:
            jax.eval_shape(compiled.function, *arguments)
        variables = list(reads.variables.values())

        def run(values: list[Any], *arguments: Any) -> Any:
            with keras.StatelessScope(zip(variables, values, strict=True)):
                return compiled.trace(*arguments)

        jitted = jax.jit(run)
        return lambda *arguments: jitted([variable.value for variable in variables], *arguments)

    def _gpus() -> list[str]:
        return [gpu.device_kind for gpu in jax.devices() if gpu.platform != "cpu"]

elif NAME == "torch":
    import torch

    def _scored(score: Callable[..., Any], x: Any, *inputs: Any) -> tuple[Any, Any]:
        with torch.enable_grad():
            x = x.detach().requires_grad_()
            value = score(x, *inputs)
            if not value.requires_grad:
                return value, None
            (gradient,) = torch.autograd.grad(value.sum(), x, allow_unused=True)
        return value.detach(), gradient

    def _compile(compiled: "Compiled", *arguments: Any) -> Callable[..., Any]:
        """PyTorch runs as it reads; its own compiler would take minutes for each network."""

        def run(*arguments: Any) -> Any:
            tensors = keras.tree.map_structure(ops.convert_to_tensor, arguments)
            with torch.no_grad():
                return compiled.trace(*tensors)

        return run

    def _gpus() -> list[str]:
        return [torch.cuda.get_device_name(gpu) for gpu in range(torch.cuda.device_count())]

else:
    raise ImportError(
        f"dreamkit runs on tensorflow, jax and torch; KERAS_BACKEND is {NAME!r}. Set one of these "
        "before Python starts."
    )


def with_gradient(score: Callable[..., Any]) -> Callable[..., tuple[Any, Any]]:
    """Turn ``score(x, *inputs)``, a number a row, into one that also returns the gradient by ``x``.

    That is None where TensorFlow and PyTorch find no way back to ``x``, and 0 on JAX; weights stay
    frozen.
    """
    return lambda x, *inputs: _scored(score, x, *inputs)


def alike(ours: Any, theirs: Any) -> bool:
    """Whether two answers agree but for rounding; ValueError if they can't be told for NaN."""
    ours, theirs = (np.asarray(ops.convert_to_numpy(x), "float32") for x in (ours, theirs))
    if not np.isfinite(theirs).all():
        raise ValueError("The model answers NaN: its weights are damaged, or its training failed.")
    return ours.shape == theirs.shape and bool(
        np.abs(ours - theirs).max() <= 0.01 * np.abs(theirs).max() + 1e-6
    )


class Compiled:
    """A function of arrays, compiled at its first call where the framework compiles.

    The length of each argument's last axis stays fixed. On TensorFlow all other sizes stay open, so
    that octaves share one trace; JAX compiles each size once, and keeps it on disk; PyTorch runs
    the function as it is.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._traces = 0  # how often it was compiled; on PyTorch, how often it ran
        self.function = function
        self._run: Callable[..., Any] | None = None

    def __call__(self, *arguments: Any) -> Any:
        """Run the function on arrays, or on nested tuples of them."""
        if self._run is None:
            self._run = _compile(self, *arguments)
        return self._run(*arguments)

    def trace(self, *arguments: Any) -> Any:
        """Run the function, and count: where the framework compiles, only it comes here."""
        self._traces += 1
        return self.function(*arguments)


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


def slow_in_bfloat16() -> bool:
    """Whether a CPU computes that has no instructions for bfloat16, as far as Linux tells."""
    if on_gpu() or not CPU.exists():
        return False
    return BFLOAT16.isdisjoint(CPU.read_text(encoding="utf-8").split())


def device() -> str:
    """Name of the device that computes: a GPU where there is one, otherwise the CPU."""
    return next(iter(_gpus()), f"CPU, {os.cpu_count()} cores")
