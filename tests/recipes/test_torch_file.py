"""A file of tensors is read as PyTorch wrote it, and can ask for nothing else."""

import os
import pickle
import struct

import numpy as np
import pytest

from recipes.torch_file import MAGIC, VERSION, read_tensors


def op(value):
    """The pickle of a value, to be put into another."""
    return pickle.dumps(value, 2)[2:-1]


def tensor(key, count, shape, strides, offset=0, kind=b"ctorch\nFloatStorage\n"):
    """What PyTorch writes for a tensor: a call, with a storage that comes later in the file."""
    storage = b"(" + op("storage") + kind + op(key) + op("cpu") + op(count) + b"NtQ"
    rest = op(offset) + op(shape) + op(strides) + b"\x89ccollections\nOrderedDict\n)R"
    return b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + rest + b"tR"


def written(path, tensors, storages, little_endian=True):
    """A file of tensors in the old format."""
    named = b"".join(op(name) + asked for name, asked in tensors.items())
    parts = [pickle.dumps(part, 2) for part in (MAGIC, VERSION, {"little_endian": little_endian})]
    parts += [b"\x80\x02}(" + named + b"u.", pickle.dumps(list(storages), 2)]
    for array in storages.values():
        parts += [struct.pack("<q", array.size), array.tobytes()]
    path.write_bytes(b"".join(parts))
    return path


@pytest.fixture
def path(tmp_path):
    return tmp_path / "weights.pth"


NUMBERS = np.arange(6, dtype="float32")


def test_tensors_come_with_their_shapes_strides_and_kinds(path):
    asked = {
        "rows": tensor("a", 6, (2, 3), (3, 1)),
        "columns": tensor("a", 6, (3, 2), (1, 3)),
        "end": tensor("a", 6, (2,), (1,), offset=4),
        "steps": tensor("b", 1, (), (), kind=b"ctorch\nLongStorage\n"),
    }
    found = read_tensors(written(path, asked, {"a": NUMBERS, "b": np.array([7], "int64")}))
    assert found["rows"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert found["columns"].tolist() == [[0, 3], [1, 4], [2, 5]]
    assert found["end"].tolist() == [4, 5]
    assert found["steps"].shape == () and found["steps"] == 7
    assert (found["rows"].dtype, found["steps"].dtype) == (np.float32, np.int64)


class Hostile:
    def __init__(self, call, *arguments):
        self.asked = call, arguments

    def __reduce__(self):
        return self.asked


@pytest.mark.parametrize("protocol", [0, 2, 5])
@pytest.mark.parametrize("place", range(5))
def test_a_pickle_that_calls_something_else_is_refused_and_calls_nothing(
    path, tmp_path, protocol, place
):
    made = tmp_path / "made"
    parts = [MAGIC, VERSION, {"little_endian": True}, {}, []]
    parts[place] = {"x": Hostile(os.mkdir, str(made))}
    path.write_bytes(b"".join(pickle.dumps(part, protocol) for part in parts))
    with pytest.raises(ValueError, match=r"asks for \w+\.mkdir, which is no tensor"):
        read_tensors(path)
    assert not made.exists()


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("builtins", "eval"),
        ("builtins", "getattr"),
        ("collections", "OrderedDict.fromkeys"),
        ("collections", "namedtuple"),
        ("torch", "load"),
        ("numpy", "load"),
        ("recipes.torch_file", "pickle"),
    ],
)
def test_names_near_the_allowed_ones_are_refused(path, module, name):
    asked = b"\x80\x04" + op(module) + op(name) + b"\x93)R"
    written(path, {"x": asked[2:]}, {})
    with pytest.raises(ValueError, match=f"asks for {module}.{name}, which is no tensor"):
        read_tensors(path)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (tensor("a", 6, (7,), (1,)), "buffer"),
        (tensor("a", 6, (2,), (1,), offset=5), "buffer"),
        (tensor("a", 6, (2,), (1,), offset=-1), "strides"),
        (tensor("a", 6, (2, 3), (30, 1)), "strides"),
        (tensor("a", 6, (2,), (-1,)), "strides"),
        (tensor("a", 10**12, (1,), (1,)), "larger than the file"),
        (tensor("a", -1, (1,), (1,)), "larger than the file"),
        (tensor("a", 5, (5,), (1,)), "another length"),
        (tensor("a", 6, (6,), (1,), kind=op("O")), "holds 'O' and not numbers"),
        (tensor("b", 6, (6,), (1,)), "'a'"),
        (op("words"), "'a'"),
    ],
)
def test_tensors_that_do_not_fit_their_storage_are_refused(path, asked, reason):
    with pytest.raises(ValueError, match=f"not a whole file of tensors.*{reason}"):
        read_tensors(written(path, {"x": asked}, {"a": NUMBERS}))


@pytest.mark.parametrize("cut", [0, 10, 20, 60, -25, -1])
def test_a_file_cut_short_is_refused(path, cut):
    written(path, {"x": tensor("a", 6, (6,), (1,))}, {"a": NUMBERS})
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(ValueError, match=r"weights\.pth is not a whole file of tensors"):
        read_tensors(path)


def test_files_of_other_kinds_are_refused(path):
    path.write_bytes(pickle.dumps({"x": 1}) + pickle.dumps(1001))
    with pytest.raises(ValueError, match="does not begin as such a file does"):
        read_tensors(path)
    written(path, {"x": op("words")}, {})
    with pytest.raises(ValueError, match="something that is no tensor"):
        read_tensors(path)
    written(path, {}, {}, little_endian=False)
    with pytest.raises(ValueError, match="big-endian"):
        read_tensors(path)
