"""A network to dream with: a Keras model, its layers worth dreaming at, and its preprocessing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from copy import copy
from pathlib import Path
from typing import Any, overload

import keras
import numpy as np
from keras import layers as kl
from keras import ops

from ..arguments import (
    among,
    did_you_mean,
    several,
    several_names,
    shortened,
    spoken,
    warn,
    whole,
)
from ..backend import Compiled
from ..files import save_model
from ..images import as_picture
from ..objectives.objective import LOGITS
from ..unicode import printable
from .classes import class_number
from .folding import fold_batch_norm
from .graph import maker, of_any_size, opened
from .heads import heads_of, logits_of
from .layers import LayerRow, LayerTable, junctions

# Not mixed_float16: gradients by pixels are smaller than the smallest number that it has.
PRECISIONS = ("float32", "mixed_bfloat16")
STEP_SIZE = 0.012  # of a dream, in units of [0, 1]
DRAWN_SIDE = 224  # pixels; the side of what is drawn from nothing
SIDE = 256  # pixels; the numbers that a network computes are counted on so large a picture


class Network:
    """A Keras model and what is needed to dream with it.

    Its weights are taken as they are when a layer is first used: after further training, load it
    again.

    Attributes
    ----------
    model : keras.Model
        As it was given; what is dreamt with has nested models opened.
    name : str
    smallest : int
        Smallest height and width of a picture, in pixels.
    classes : list of str
        Names of the classes, if known.
    layers : list of str
        Names of the layers worth dreaming at, shallow to deep: the junctions where branches join
        (every convolution, in a network without branches), or those that its card names.
    sees : dict of str to str
        What grows where a layer dreams, if known.
    step_size : float
        What suits a dream: a robust network moves whole shapes at once, and wants smaller steps.
    side : int
        Pixels; what suits a drawing from nothing.
    multiple : int
        Its layers fit together for pictures whose sides are a multiple of this; others are
        continued by their mirror image.
    takes : str
        What pictures it takes, and how that is known; ``print(net)`` says it too.
    default : str
        The layer to dream at when none is named: the one two thirds of the way down.

    Taught in lesson 01.
    """

    def __init__(
        self,
        model: keras.Model,
        name: str,
        preprocess: Callable[[Any], Any],
        smallest: int,
        classes: Sequence[str] = (),
        precision: str = "float32",
        *,
        sees: Mapping[str, str] | None = None,
        step_size: float = STEP_SIZE,
        side: int = DRAWN_SIDE,
        takes: str = "",
        multiple: int = 1,
        folding: bool = True,
    ) -> None:
        check_model(model)
        self.model, self.name, self.smallest, self.classes = model, name, smallest, list(classes)
        self.sees, self.step_size, self.side = dict(sees or {}), step_size, side
        self.takes, self.multiple = takes, multiple
        self.alone = True  # whether no other network has its name
        self._preprocess, self._folding = preprocess, folding
        self._compute_in(precision)
        self.layers = list(self.sees) or junctions(self.graph)
        self.default = self.layers[len(self.layers) * 2 // 3]

    def _compute_in(self, precision: str) -> None:
        self._precision = precision
        self._open()
        if self._misleading():
            self._open((LOGITS,))
        self.climbers: dict[Any, Any] = {}  # compiled steps, kept with the network they belong to
        self._parts: dict[tuple[str, ...], keras.Model] = {}
        self._answers: dict[tuple[str, ...], Compiled] = {}
        self._convolutions: dict[str, Any] = {}  # with their normalisation, shared by all parts
        self._numbers: dict[tuple[str, ...], float] = {}
        self._probable: dict[str, bool] = {}

    def _open(self, taken: tuple[str, ...] = ()) -> None:
        self.graph = opened(self.model, self._precision, taken)
        self._heads = heads_of(self.graph)
        self._scores = {of(name): head.scores for head in self._heads for name in head.names}

    def _misleading(self) -> bool:
        """Whether a layer is called logits, and others are the scores of the classes."""
        if LOGITS not in self.graph.tensors or of(LOGITS) in self._scores:
            return False
        with suppress(ValueError):  # no classes, or several sets of them
            return logits_of(self.model, self._heads) is not self.graph.tensors[LOGITS]
        return False

    def __repr__(self) -> str:
        places = shortened(", ".join(self.layers))
        return (
            f"<Network {shortened(self.name, 30)!r}: {len(self.graph.tensors)} layers, "
            f"{self.model.count_params():,} parameters; dreams at {places}; "
            f"pictures from {self.smallest} pixels>"
        )

    def __str__(self) -> str:
        other = f"{LOGITS}-2"
        renamed = f" Its layer {LOGITS!r} is called {other!r}: {LOGITS} are its classes' scores."
        words = f"{self!r}\n{self.takes}{renamed * (other in self.graph.tensors)}"
        return printable(words.rstrip())

    @property
    def told(self) -> str:
        """What settings call it: its name, if that is enough to load it again."""
        name = self.name if self.alone else f"a network of your own called {self.name}"
        return name if self._precision == PRECISIONS[0] else f"{name} in {self._precision}"

    def computing_in(self, precision: str) -> Network:
        """The same network, computing in ``precision``, see ``load_network``."""
        if among("precision", precision, PRECISIONS) == self._precision:
            return self
        other = copy(self)
        other._compute_in(precision)
        return other

    def table(self) -> LayerTable:
        """Every layer: its name, kind, output shape and number of parameters."""
        layers = ((name, maker(tensor), tensor) for name, tensor in self.graph.tensors.items())
        return LayerTable(
            LayerRow(
                name,
                type(layer).__name__,
                tuple(tensor.shape[1:]),
                layer.count_params() if isinstance(layer, kl.Layer) and name == layer.name else 0,
            )
            for name, layer, tensor in layers
        )

    def check(self, names: Iterable[str], sizes: Iterable[tuple[int, int]] = ()) -> None:
        """Raise ValueError for a layer that is not there, or takes no picture of such a size."""
        sizes = several("sizes", sizes, "pairs (height, width)")
        known, names = [*self.graph.tensors, *self._scores], several_names("names", names)
        with suppress(ValueError):  # without classes
            logits_of(self.model, self._heads)
            known.append(LOGITS)
        for name in names:
            if name not in (*known, LOGITS):
                near = did_you_mean(name, known) or f" Dream at {spoken(self.layers)}."
                raise ValueError(
                    f"{self.name} has no layer {name!r}.{near} All layers are in .table(), those "
                    "worth dreaming at in .layers."
                )
        if sizes and (fixed := self.fixed_size(names)) and {*sizes} != {fixed}:
            raise ValueError(
                f"{self.name} takes pictures of {fixed[0]} × {fixed[1]} pixels only. Resize the "
                "photo to that and dream with octaves=1; where nothing but an objective is drawn, "
                "leave side= out; or choose a convolutional layer."
            )

    def class_number(self, name: str) -> int:
        """The number of the class that a name means, see ``objectives.logit``."""
        return class_number(name, self.classes, self.name)

    def scores(self, name: str) -> str:
        """What climbs for one unit of a layer: of an output, its scores before the probabilities.

        With a warning where it answers with probabilities from which they can't be told.
        """
        if of(name) in self._scores:
            return of(name)
        if self._is_probable(name):
            warn(
                f"{self.name} answers with probabilities at {name!r}, and what makes them can't be "
                "told from the rest: to climb one is also to climb down the others. Build it with "
                "the softmax as a layer of its own, or climb a layer before it."
            )
        return name

    def _is_probable(self, name: str) -> bool:
        """Whether an output's numbers are the shares of one, by its answer to a random picture."""
        if name not in self._probable:
            tensor, shares = self._tensor(name), False
            plain = isinstance(maker(tensor), (kl.Dense, kl.Conv2D))  # its activation was tried
            if not plain and any(head.scores is tensor for head in self._heads):
                size = self.fixed_size([name]) or (self.smallest, self.smallest)
                picture = np.random.default_rng(0).random((*size, 3)).astype("float32")
                found = self.activations(picture, name)
                one = np.allclose(found.sum(-1), 1, atol=1e-3)
                shares = bool(found.shape[-1] > 1 and (found >= 0).all() and one)
            self._probable[name] = shares
        return self._probable[name]

    def channels(self, name: str) -> int:
        """Number of channels (or units) of a layer."""
        self.check([name])
        shape = self._tensor(name).shape
        if len(shape) < 2 or shape[-1] is None:
            raise ValueError(f"Layer {name!r} of {self.name} answers {shape}: it has no channels.")
        return int(shape[-1])

    def grid(self, name: str, height: int, width: int) -> tuple[int, ...]:
        """(rows, columns) of a layer for a picture of that size; () for a dense layer."""
        part = self.part([name])
        height, width = whole("height", height), whole("width", width)
        height, width = (-(-side // self.multiple) * self.multiple for side in (height, width))
        shape = part.compute_output_shape((1, height, width, part.input_shape[-1]))[name]
        return tuple(shape[1:-1])

    def numbers_per_pixel(self, names: Iterable[str]) -> float:
        """How many numbers the part up to some layers computes for each pixel of a picture."""
        key = several_names("names", names)
        if key not in self._numbers:
            (_, picture), *shapes = self.shapes(key, max(SIDE, self.smallest))
            total = sum(np.prod(shape) for _, shape in shapes)
            self._numbers[key] = float(total / np.prod(picture[1:3]))
        return self._numbers[key]

    def shapes(self, names: Iterable[str], side: int) -> list[tuple[Any, tuple[int, ...]]]:
        """Each layer of the part up to some layers, and its output's shape for a square picture.

        First that picture itself, in its own size where the part takes but one.
        """
        side = whole("side", side)
        size = self.fixed_size(names) or (side, side)
        picture = keras.Input((*size, self.part(names).input_shape[-1]), batch_size=1)
        found: list[tuple[Any, tuple[int, ...]]] = [(maker(picture), picture.shape)]

        def noted(layer: Any, *inputs: Any, **how: Any) -> Any:
            answer = layer(*inputs, **how)
            found.extend((layer, each.shape) for each in keras.tree.flatten(answer))
            return answer

        keras.models.clone_model(
            self.part(names),
            picture,
            clone_function=lambda layer: layer,
            call_function=noted,
        )
        return found

    def fixed_size(self, names: Iterable[str]) -> tuple[int, int] | None:
        """(height, width) that a picture must have to reach these layers; None when free."""
        names = several_names("names", names)
        height, width = self.part(names).input_shape[1:3] if names else (None, None)
        return None if height is None or width is None else (height, width)

    def features(self, names: Iterable[str]) -> Callable[[Any], dict[str, Any]]:
        """A function from pictures to the activations of some layers.

        It takes float32 (n, height, width, 3) in [0, 1] and returns ``{name: activations}``.
        Only the part of the network that these layers need is run.
        """
        names = several_names("names", names)
        if not names:  # an objective of penalties alone
            return lambda x: {}
        part, size = self.part(names), self.fixed_size(names)

        def answers(x: Any) -> dict[str, Any]:
            given = self._preprocess(up_to(x, self.multiple))
            if size:  # layers that take one size may have to know it when they are compiled
                given = ops.reshape(given, (-1, *size, given.shape[-1]))
            found = part(given, training=False)
            return {name: ops.cast(answer, "float32") for name, answer in found.items()}

        return answers

    @overload
    def activations(self, picture: np.ndarray, names: str) -> np.ndarray: ...
    @overload
    def activations(
        self, picture: np.ndarray, names: list[str] | tuple[str, ...]
    ) -> dict[str, np.ndarray]: ...
    def activations(self, picture: np.ndarray, names: Any) -> Any:
        """What one layer, or several, answer to one picture.

        Parameters
        ----------
        picture : numpy.ndarray, float32, shape (height, width, 3), in [0, 1]
        names : str or iterable of str

        Returns
        -------
        numpy.ndarray, float32, shape (1, rows, columns, channels) or (1, units)
            Of several, a dictionary of them.

        Examples
        --------
        >>> net = dk.load_network("dreamnet")
        >>> net.activations(dk.sample_image("clouds", max_side=96), "mixed4").shape
        (1, 8, 12, 384)
        """
        key = several_names("names", names)
        if key not in self._answers:
            self._answers[key] = Compiled(self.features(key))
        answers = self._answers[key](as_picture(picture)[None])
        found = {name: ops.convert_to_numpy(answers[name]) for name in key}  # as asked for
        return found[names] if isinstance(names, str) else found

    def predict(self, picture: np.ndarray, top: int | None = 5) -> list[tuple[str, float]]:
        """What the network takes a picture for.

        Parameters
        ----------
        picture : array, shape (height, width, 3), as for ``deepdream``
        top : int, optional
            So many of the likeliest classes; None for all.

        Returns
        -------
        list of (name, probability), likeliest first
            Classes without names are numbers. Where a network ends in a sigmoid each class is
            likely or not for itself, and they need not sum to 1.

        Raises
        ------
        ValueError
            Where it does not end in classes.

        Examples
        --------
        >>> ((name, probability),) = dk.load_network().predict(dk.sample_image("cat"), top=1)
        >>> name
        'Egyptian cat'

        Taught in lesson 06.
        """
        if top is not None:
            whole("top", top)
        scores = of(LOGITS) if of(LOGITS) in self._scores else LOGITS
        likely = self.activations(picture, scores)
        squash = self._heads[0].squash
        if squash is not None or not self._is_probable(LOGITS):
            alone = ops.sigmoid if likely.shape[-1] == 1 else ops.softmax
            likely = ops.convert_to_numpy((squash or alone)(ops.convert_to_tensor(likely)))
        (likely,) = np.exp(likely) if (likely < 0).any() else likely  # log_softmax
        order = np.argsort(-likely, kind="stable")[:top]
        names = self.classes or list(map(str, range(len(likely))))
        if len(names) != len(likely):
            raise ValueError(
                f"{self.name} has {len(likely)} classes, and .classes names {len(names)} of them."
            )
        return [(names[i], float(likely[i])) for i in order]

    def save(self, path: str | Path) -> Path:
        """Write the model to a ``.keras`` file, which Netron opens."""
        return save_model(self.model, path)

    def part(self, names: Iterable[str]) -> keras.Model:
        """The model up to some layers: everything they need, and nothing else."""
        key = several_names("names", names)
        if key not in self._parts:
            self.check(key)
            outputs = {name: self._tensor(name) for name in key}
            part = of_any_size(keras.Model(self.graph.model.inputs[0], outputs))
            self._parts[key] = self.folded(part)
        return self._parts[key]

    def folded(self, model: keras.Model) -> keras.Model:
        """A part with its batch normalisation folded in, where that changes no answer."""
        return fold_batch_norm(model, self._convolutions) if self._folding else model

    def _tensor(self, name: str) -> Any:
        tensors = self.graph.tensors | self._scores
        return tensors[name] if name in tensors else logits_of(self.model, self._heads)


def of(name: str) -> str:
    """What the scores of an output are called where the output itself answers probabilities."""
    return f"{LOGITS} of {name}"


def check_model(model: keras.Model) -> None:
    """Raise ValueError unless the model has one picture as its input and a graph of layers."""
    inputs = getattr(model, "inputs", None) or []
    if [len(tensor.shape) for tensor in inputs] != [4]:
        raise ValueError(
            "Expected a built functional or Sequential Keras model that takes one picture "
            f"(height, width, channels); got {model!r}. A subclassed model has no graph of "
            "layers to look into: rebuild it with keras.Model(inputs, outputs)."
        )


def up_to(x: Any, multiple: int) -> Any:
    """Pictures continued by their mirror image, down and right, to a multiple of some size."""
    if multiple == 1:
        return x
    for axis in (1, 2):
        length = ops.shape(x)[axis]
        places = ops.arange(-(-length // multiple) * multiple)
        mirrored = ops.minimum(places, 2 * (length - 1) - places)
        x = ops.take(x, ops.maximum(mirrored, 0), axis=axis)
    return x
