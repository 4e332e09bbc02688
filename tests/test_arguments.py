"""Numbers and names are taken or refused, with the argument's name and what came."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dreamkit.arguments import (
    among,
    as_path,
    did_you_mean,
    digits,
    number,
    of_kind,
    read_back,
    several_names,
    shortened,
    spoken,
    whole,
)
from dreamkit.images import load_image
from dreamkit.text.tokens import Vocabulary


@pytest.mark.parametrize("value", [1, 7, np.int64(3), np.uint8(9)])
def test_whole_numbers_are_taken_as_python_ints(value):
    assert whole("steps", value) == value and type(whole("steps", value)) is int


@pytest.mark.parametrize("value", [0, -1, 1.0, "3", None, True, math.nan, [1], np.array([1, 2])])
def test_what_is_no_whole_number_is_refused(value):
    with pytest.raises(ValueError, match=r"steps must be a whole number from 1, got "):
        whole("steps", value)


def test_a_whole_number_has_a_largest():
    assert whole("k", 1000, 0, 1000) == 1000
    with pytest.raises(ValueError, match=re.escape("k must be a whole number from 0 to 1,000 (")):
        whole("k", 1001, 0, 1000, "12 is usual")


@pytest.mark.parametrize("value", [0.5, 2, np.float32(0.25), np.int8(1)])
def test_numbers_are_taken_as_python_floats(value):
    assert number("step_size", value, above=0) == value
    assert type(number("step_size", value)) is float


@pytest.mark.parametrize("value", [0, -0.5, math.nan, math.inf, "0.1", None, True, [0.1], 1j])
def test_what_is_no_number_above_0_is_refused(value):
    with pytest.raises(ValueError, match="step_size must be a number above 0, got "):
        number("step_size", value, above=0)


@pytest.mark.parametrize(
    "limits, words, inside, outside",
    [
        ({"least": 0, "most": 1}, "from 0 to 1", [0, 1], [-0.1, 1.1]),
        ({"above": 0, "most": 1}, "above 0 to 1", [0.1, 1], [0, 1.1]),
        ({"least": 0, "below": 1}, "from 0 and below 1", [0, 0.9], [-0.1, 1]),
        ({"least": 0}, "from 0", [0, 1e30], [-1]),
    ],
)
def test_limits_of_a_number(limits, words, inside, outside):
    for value in inside:
        assert number("p", value, **limits) == value
    for value in outside:
        with pytest.raises(ValueError, match=f"p must be a number {words}, got {value}"):
            number("p", value, **limits)


def test_infinity_where_it_will_do():
    assert number("temperature", math.inf, 0, infinite=True) == math.inf
    with pytest.raises(ValueError, match="temperature must be a number from 0, got nan"):
        number("temperature", math.nan, 0, infinite=True)


def test_a_name_is_one_of_a_few():
    assert among("method", "pca", ("tsne", "pca")) == "pca"
    with pytest.raises(ValueError, match="method must be 'tsne' or 'pca', got 'PCA'"):
        among("method", "PCA", ("tsne", "pca"))


def test_of_many_names_those_that_look_like_it_are_said():
    names = [f"layer{n}" for n in range(40)]
    with pytest.raises(ValueError, match="one of 40 names, got 'layr7'. Did you mean 'layer7'"):
        among("layer", "layr7", names)


@pytest.mark.parametrize("value", [None, 3, ["pca"], {"pca": 1}])
def test_other_kinds_are_no_names(value):
    with pytest.raises(ValueError, match="method must be 'tsne' or 'pca', got "):
        among("method", value, ("tsne", "pca"))


def test_nothing_near_is_nothing_said():
    assert did_you_mean("zzz", ["mixed1"]) == ""
    assert spoken(["a"]) == "'a'" and spoken(["a", "b", "c"]) == "'a', 'b' or 'c'"


def test_what_is_cut_off_is_marked():
    assert shortened("as long as it is", 7) == "as long…"
    assert shortened("as long", 7) == "as long"


def test_a_kind_has_its_article_and_its_advice():
    with pytest.raises(TypeError, match="text must be a str, got 3. Write one."):
        of_kind("text", 3, str, "Write one.")
    with pytest.raises(TypeError, match=r"it must be an Image, got an array \(2, 2\). Load one."):
        of_kind("it", np.eye(2), Image.Image, "Load one.")


def test_one_name_or_several():
    assert several_names("layers", "block10") == ("block10",)
    assert several_names("layers", ["block7", "block10"]) == ("block7", "block10")
    with pytest.raises(TypeError, match="layers must be a name or several, got 3"):
        several_names("layers", 3)


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/cat.jpg",
        Path("https://example.org/cat.jpg"),  # pathlib makes one slash of two
        " HTTP://EXAMPLE.ORG/CAT.JPG",
        "ftp://example.org/cat.jpg",
        "s3://bucket/cat.jpg",
        "git+https://example.org/cat",
        "data:image/png;base64,iVBORw0KGgo=",
        "blob:https://example.org/1",
    ],
)
def test_an_address_is_no_path(address):
    with pytest.raises(ValueError, match="got an address, .*Download it first"):
        as_path(address)


def test_the_address_of_a_file_here_is_told_as_its_path():
    with pytest.raises(ValueError, match="Give '/home/me/my cat.jpg', without"):
        as_path("file:///home/me/my%20cat.jpg")


@pytest.mark.parametrize(
    "path", ["C:/cat.jpg", "C:\\cat.jpg", "12:30/cat.jpg", "My photos:/cat.jpg", "data: all.txt"]
)
def test_a_colon_makes_no_address(path):
    assert as_path(path) == Path(path)


def test_a_name_that_is_too_long_for_the_disk_is_told():
    with pytest.raises(ValueError, match="the longest name in it has 900 bytes, and most"):
        as_path("夜" * 300)


def test_a_warning_is_at_the_line_that_called_the_package_however_deep_it_arose(tmp_path):
    Image.fromarray(np.array([[0, 254]], "int32")).save(tmp_path / "a.tif")
    texts = [["这部电影很好看"]] * 3
    for shallow_or_deep in (
        lambda: Vocabulary.of(texts, 9),
        lambda: Vocabulary(("good",)).ids("good fun"),
        lambda: load_image(tmp_path / "a.tif"),
    ):
        with pytest.warns(UserWarning) as told:
            shallow_or_deep()
        assert [warning.filename for warning in told] == [__file__]


@pytest.mark.parametrize(
    ("value", "told"), [(2.0, "2"), (0.1, "0.1"), (1 / 3, "0.3333333333333333"), (1e-7, "1e-07")]
)
def test_a_number_is_told_in_as_few_digits_as_bring_it_back(value, told):
    assert digits(value) == told and float(told) == value


def test_words_are_read_back_as_the_calls_that_they_are():
    known = {"complex": complex, "sum": sum}
    assert read_back("-2 * complex(1, 3) / 4 + 1", known) == 0.5 - 1.5j
    assert read_back("complex(imag=-3)", known) == -3j
    assert read_back("sum((np.int64(1), 2))", known) == 3


@pytest.mark.parametrize(
    "words",
    [
        "open('a')",
        "complex(1).real",
        "complex(open('a'))",
        "(lambda: 1)()",
        "[sum for sum in 'a']",
        "'a' * 9",
        "9 ** 9",
        "complex(1, 2, 3)",
        "complex(**3)",
        "complex(1",
        "a\0b",
        "1 / 0",
        "(" * 9999,
        "",
    ],
)
def test_nothing_else_is_read_back(words):
    assert read_back(words, {"complex": complex}) is None
