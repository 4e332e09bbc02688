"""A class goes by its name, or by one of them, and errors say which there are."""

import pytest

from dreamkit.networks.classes import class_number

CLASSES = [
    "tabby",
    "tiger cat",
    "great white shark",
    "crane (bird)",
    "crane (machine)",
    "gown, robe",
]


@pytest.mark.parametrize(
    ("name", "number"),
    [("tabby", 0), ("Tiger_Cat", 1), ("crane (machine)", 4), ("robe", 5), ("gown, robe", 5)],
)
def test_a_class_goes_by_its_name(name, number):
    assert class_number(name, CLASSES, "net") == number


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("crane", r"several classes of net.*logit\(3\), 'crane \(bird\)' or logit\(4\)"),
        ("tabyb", "no class 'tabyb'.*Did you mean 'tabby'"),
        ("shark", "no class 'shark'.*Did you mean 'great white shark'"),
        ("", "no class ''"),
    ],
)
def test_a_class_that_is_not_there_or_there_twice(name, message):
    with pytest.raises(ValueError, match=message):
        class_number(name, CLASSES, "net")


def test_a_class_by_name_needs_classes():
    with pytest.raises(ValueError, match="net has no names of classes, so 'tabby' can't be"):
        class_number("tabby", [], "net")
