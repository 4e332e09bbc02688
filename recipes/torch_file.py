"""Read a file of tensors that PyTorch wrote before version 1.6, without PyTorch.

Such a file is a row of pickles (a magic number, a version, facts about the machine, a dictionary
of tensors, the names of their storages), then the storages themselves. A pickle may ask for any
function of any package to be called; here it gets tensors and dictionaries, and nothing else.
"""

import pickle
from collections import OrderedDict
from io import BufferedReader
from pathlib import Path
from typing import Any

import numpy as np

MAGIC, VERSION = 0x1950A86A20F9469CFC6C, 1001


def read_tensors(path: str | Path) -> dict[str, np.ndarray]:
    """The tensors of a file, by name.

    Parameters
    ----------
    path : str or path
        What ``torch.save(model.state_dict(), path)`` wrote before PyTorch 1.6.

    Returns
    -------
    dict of numpy.ndarray
        float32 or int64, shaped as in PyTorch: (out, in, height, width) for a convolution.

    Raises
    ------
    ValueError
        For a file of another kind, one that is cut short, or a pickle that asks for anything
        but tensors. Nothing of what it asks for is called.
    """
    path = Path(path)
    with path.open("rb") as file:
        try:
            return _read(file, path.stat().st_size)
        except Exception as error:  # a pickle that is no pickle fails in many ways
            raise ValueError(
                f"{path} is not a whole file of tensors as PyTorch wrote them before version 1.6: "
                f"{error}"
            ) from error


def _read(file: BufferedReader, size: int) -> dict[str, np.ndarray]:
    if (_Reader(file, size).load(), _Reader(file, size).load()) != (MAGIC, VERSION):
        raise ValueError("it does not begin as such a file does.")
    if not _Reader(file, size).load()["little_endian"]:
        raise ValueError("it was written on a big-endian machine.")
    reader = _Reader(file, size)
    tensors = reader.load()
    for key in _Reader(file, size).load():
        storage = reader.storages[key]
        if int.from_bytes(file.read(8), "little") != len(storage):
            raise ValueError(f"storage {key} has another length than its tensors say.")
        if file.readinto(storage.data) != storage.nbytes:
            raise ValueError(f"it ends in the middle of storage {key}.")
        del reader.storages[key]
    if reader.storages or not all(isinstance(t, np.ndarray) for t in tensors.values()):
        raise ValueError("it lacks storages, or holds something that is no tensor.")
    return dict(tensors)


def _tensor(storage: Any, offset: int, shape: Any, strides: Any, *_: Any) -> np.ndarray:
    """A view of a storage. NumPy refuses one that reaches beyond it."""
    item = storage.itemsize
    return np.ndarray(shape, storage.dtype, storage, offset * item, [s * item for s in strides])


class _Reader(pickle.Unpickler):
    """Builds dictionaries and tensors; the storages of these are still to be filled."""

    NAMES = {
        ("collections", "OrderedDict"): OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2"): _tensor,
        ("torch", "FloatStorage"): np.float32,
        ("torch", "LongStorage"): np.int64,
    }

    def __init__(self, file: BufferedReader, size: int) -> None:
        super().__init__(file)
        self.storages: dict[str, np.ndarray] = {}
        self._left = size  # bytes; no more can follow than the file has

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self.NAMES:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, which is no tensor.")
        return self.NAMES[module, name]

    def persistent_load(self, pid: Any) -> np.ndarray:
        _, kind, key, _, count, _ = pid
        if kind not in (np.float32, np.int64):
            raise pickle.UnpicklingError(f"storage {key} holds {kind!r} and not numbers.")
        if key not in self.storages:
            self._left -= count * np.dtype(kind).itemsize
            if count < 0 or self._left < 0:
                raise pickle.UnpicklingError(f"storage {key} is larger than the file.")
            self.storages[key] = np.zeros(count, kind)
        return self.storages[key]
