"""A network to dream with: a Keras model, its layers worth dreaming at, and its preprocessing."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import layers as kl
from keras import ops

from ..backend import Compiled
from ..objectives import LOGITS
from ..saving import save_model
from .folding import fold_batch_norm

# Not mixed_float16: gradients by pixels are smaller than the smallest number that it has.
PRECISIONS = ("float32", "mixed_bfloat16")
SIDE = 256  # pixels; the numbers that a network computes are counted on so large a picture


class LayerRow(NamedTuple):
    """One row of ``Network.table()``."""

    name: str
    kind: str
    shape: tuple[int | None, ...]
    parameters: int


class LayerTable(tuple[LayerRow, ...]):
    """Rows that print as a table."""

    def __repr__(self) -> str:
        rows = [LayerRow._fields] + [
            (
                r.name,
                r.kind,
                " × ".join("?" if n is None else str(n) for n in r.shape),
                f"{r.parameters:,}",
            )
            for r in self
        ]
        widths = [max(len(row[i]) for row in rows) for i in range(4)]
        return "\n".join(
            f"{a:<{widths[0]}}  {b:<{widths[1]}}  {c:>{widths[2]}}  {d:>{widths[3]}}"
            for a, b, c, d in rows
        )


class Network:
    """A Keras model and what is needed to dream with it.

    Its weights are taken as they are when a layer is first used: after further training, load it
    again.

    Attributes
    ----------
    model : keras.Model
    name : str
    smallest : int
        Smallest height and width of a picture, in pixels.
    classes : list of str
        Names of the classes, if known.
    layers : list of str
        Names of the layers worth dreaming at, shallow to deep: the junctions where branches join
        (every convolution, in a network without branches).
    default : str
        The layer to dream at when none is named: the one two thirds of the way down.
    """

    def __init__(
        self,
        model: keras.Model,
        name: str,
        preprocess: Callable[[Any], Any],
        smallest: int,
        classes: Sequence[str] = (),
        precision: str = "float32",
    ) -> None:
        check_model(model)
        self.model, self.name, self.smallest, self.classes = model, name, smallest, list(classes)
        self.layers = junctions(model)
        if not self.layers:
            raise ValueError(f"{name} has neither junctions nor convolutions to dream at.")
        self.default = self.layers[len(self.layers) * 2 // 3]
        self.climbers: dict[Any, Any] = {}  # compiled steps, kept with the network they belong to
        self._preprocess, self._precision = preprocess, precision
        self._parts: dict[tuple[str, ...], keras.Model] = {}
        self._answers: dict[tuple[str, ...], Compiled] = {}
        self._numbers: dict[tuple[str, ...], float] = {}

    def __repr__(self) -> str:
        return (
            f"<Network {self.name!r}: {len(self.model.layers)} layers, "
            f"{self.model.count_params():,} parameters; dreams at {', '.join(self.layers)}; "
            f"pictures from {self.smallest} pixels>"
        )

    def computing_in(self, precision: str) -> Network:
        """The same network, computing in ``precision``, see ``load_network``."""
        if precision == self._precision:
            return self
        preprocess, smallest, classes = self._preprocess, self.smallest, self.classes
        return Network(self.model, self.name, preprocess, smallest, classes, precision)

    def table(self) -> LayerTable:
        """Every layer: its name, kind, output shape and number of parameters."""
        return LayerTable(
            LayerRow(
                layer.name,
                type(layer).__name__,
                tuple(layer.output.shape[1:]),
                layer.count_params(),
            )
            for layer in self.model.layers
        )

    def check(self, names: Iterable[str]) -> None:
        """Raise ValueError, with near matches, when the network has no layer of such a name."""
        known = [layer.name for layer in self.model.layers] + [LOGITS]
        for name in names:
            if name not in known:
                near = difflib.get_close_matches(str(name), known, n=3, cutoff=0.5) or self.layers
                raise ValueError(
                    f"{self.name} has no layer {name!r}. Did you mean "
                    f"{' or '.join(map(repr, near))}? All layers are in .table(), those worth "
                    "dreaming at in .layers."
                )

    def channels(self, name: str) -> int:
        """Number of channels (or units) of a layer."""
        return int(self._tensor(name).shape[-1])

    def grid(self, name: str, height: int, width: int) -> tuple[int, ...]:
        """(rows, columns) of a layer for a picture of that size; () for a dense layer."""
        part = self.part([name])
        shape = part.compute_output_shape((1, height, width, part.input_shape[-1]))[name]
        return tuple(shape[1:-1])

    def numbers_per_pixel(self, names: Iterable[str]) -> float:
        """How many numbers the part up to some layers computes for each pixel of a picture."""
        key, side = tuple(names), max(SIDE, self.smallest)
        if key not in self._numbers:
            shapes = (shape for _, shape in self.shapes(key, side))
            self._numbers[key] = sum(map(np.prod, shapes)) / side**2
        return self._numbers[key]

    def shapes(self, names: Iterable[str], side: int) -> list[tuple[Any, tuple[int, ...]]]:
        """Each layer of the part up to some layers, and its output's shape for a square picture."""
        found: list[tuple[Any, tuple[int, ...]]] = []

        def noted(layer: Any, *inputs: Any, **how: Any) -> Any:
            answer = layer(*inputs, **how)
            found.extend((layer, each.shape) for each in keras.tree.flatten(answer))
            return answer

        keras.models.clone_model(
            self.part(names),
            keras.Input((side, side, 3), batch_size=1),
            clone_function=lambda layer: layer,
            call_function=noted,
        )
        return found

    def fixed_size(self, names: Iterable[str]) -> tuple[int, int] | None:
        """(height, width) that a picture must have to reach these layers; None when free."""
        names = tuple(names)
        height, width = self.part(names).input_shape[1:3] if names else (None, None)
        return None if height is None or width is None else (height, width)

    def features(self, names: Iterable[str]) -> Callable[[Any], dict[str, Any]]:
        """A function from pictures to the activations of some layers.

        It takes float32 (n, height, width, 3) in [0, 1] and returns ``{name: activations}``.
        Only the part of the network that these layers need is run.
        """
        names = tuple(names)
        if not names:  # an objective of penalties alone
            return lambda x: {}
        part = self.part(names)

        def answers(x: Any) -> dict[str, Any]:
            found = part(self._preprocess(x), training=False)
            return {name: ops.cast(answer, "float32") for name, answer in found.items()}

        return answers

    def activations(self, picture: np.ndarray, names: Iterable[str]) -> dict[str, np.ndarray]:
        """What some layers answer to one picture.

        Parameters
        ----------
        picture : numpy.ndarray, float32, shape (height, width, 3), in [0, 1]
        names : iterable of str

        Returns
        -------
        dict of numpy.ndarray, float32, shape (1, rows, columns, channels) or (1, units)
        """
        key = tuple(names)
        if key not in self._answers:
            self._answers[key] = Compiled(self.features(key))
        answers = self._answers[key](np.asarray(picture, "float32")[None])
        return {name: ops.convert_to_numpy(answers[name]) for name in key}  # in the order asked for

    def save(self, path: str | Path) -> Path:
        """Write the model to a ``.keras`` file, which Netron opens."""
        return save_model(self.model, path)

    def part(self, names: Iterable[str]) -> keras.Model:
        """The model up to some layers: everything they need, and nothing else."""
        key = tuple(names)
        if key not in self._parts:
            self.check(key)
            outputs = {name: self._tensor(name) for name in key}
            part = _any_size(keras.Model(self.model.inputs[0], outputs))
            self._parts[key] = _computing_in(self._precision, fold_batch_norm(part))
        return self._parts[key]

    def _tensor(self, name: str) -> Any:
        known = {layer.name for layer in self.model.layers}
        if name == LOGITS and LOGITS not in known:
            return _logits(self.model)
        return self.model.get_layer(name).output


def check_model(model: keras.Model) -> None:
    """Raise ValueError unless the model has one picture as its input and a graph of layers."""
    inputs = getattr(model, "inputs", None) or []
    if [len(tensor.shape) for tensor in inputs] != [4]:
        raise ValueError(
            "Expected a built functional or Sequential Keras model that takes one picture "
            f"(height, width, channels); got {model!r}. A subclassed model has no graph of "
            "layers to look into: rebuild it with keras.Model(inputs, outputs)."
        )


def _any_size(model: keras.Model) -> keras.Model:
    """The same layers over an input of open height and width, where the layers allow it."""
    needs_one_size = any(isinstance(layer, (kl.Flatten, kl.Reshape)) for layer in model.layers)
    if None in model.input_shape[1:3] or needs_one_size:
        return model
    picture = keras.Input((None, None, model.input_shape[-1]))
    return keras.models.clone_model(
        model, input_tensors=picture, clone_function=lambda layer: layer
    )


def _computing_in(precision: str, model: keras.Model) -> keras.Model:
    """The model, or a copy of it that computes in another precision and keeps its weights."""
    if precision == "float32":
        return model

    def copy(layer: Any) -> Any:
        return type(layer).from_config({**layer.get_config(), "dtype": precision})

    twin = keras.models.clone_model(model, clone_function=copy)
    twin.set_weights(model.get_weights())
    return twin


def _logits(model: keras.Model) -> Any:
    """The output before softmax."""
    last = model.layers[-1]
    if len(model.output_shape) != 2:
        raise ValueError(
            f"{model.name} does not end in class scores but in shape {model.output_shape}."
        )
    if getattr(last, "activation", None) is not keras.activations.softmax:
        return last.input if isinstance(last, kl.Softmax) else last.output
    if isinstance(last, kl.Activation):
        return last.input
    linear = kl.Dense(last.units, use_bias=last.use_bias, name=f"{last.name}_{LOGITS}")
    logits = linear(last.input)
    linear.set_weights(last.get_weights())
    return logits


def junctions(model: keras.Model) -> list[str]:
    """Names of the layers where branches join; in a network without branches, its convolutions."""

    def ends_a_junction(layer: Any) -> bool:  # one that feeds a concatenation lies inside another
        return not any(isinstance(node.operation, kl.Concatenate) for node in layer._outbound_nodes)

    found = [
        layer.name
        for layer in model.layers
        if isinstance(layer, (kl.Concatenate, kl.Add))
        and len(layer.output.shape) == 4
        and ends_a_junction(layer)
    ]
    if len(found) < 2:
        convolutions = (kl.Conv2D, kl.SeparableConv2D, kl.DepthwiseConv2D)
        found = [layer.name for layer in model.layers if isinstance(layer, convolutions)]
    return found
