"""A library that is missing: one sentence says what installs it."""

from collections.abc import Iterator
from contextlib import contextmanager

DISTRIBUTION = "dreaming-networks"  # as pip knows what Python knows as dreamkit

_COURSE, _LESSONS, _COLAB = (
    f'pip install "{DISTRIBUTION}[{extra}]"' for extra in ("course", "lessons", "colab")
)

# By what is imported: the library's name, and what installs it.
LIBRARIES = {
    "tensorflow": ("TensorFlow", _COURSE),
    "jax": ("JAX", "pip install jax"),
    "torch": ("PyTorch", "pip install torch"),
    "av": ("PyAV", "pip install av"),
    "anywidget": ("anywidget", _COLAB),
    "ipywidgets": ("ipywidgets", _COLAB),
    "matplotlib": ("matplotlib", _COLAB),
    "nbformat": ("nbformat", _LESSONS),
    "sklearn": ("scikit-learn", _COLAB),
    "traitlets": ("traitlets", _COLAB),
    "wordcloud": ("wordcloud", _COLAB),
}


@contextmanager
def explained(what: str) -> Iterator[None]:
    """Say in one sentence which of ``LIBRARIES`` is not installed, in place of a long traceback."""
    try:
        yield
    except ModuleNotFoundError as missing:
        library = (missing.name or "").partition(".")[0]
        if library not in LIBRARIES:
            raise
        name, command = LIBRARIES[library]
        sentence = f"{what} needs {name}, which is not installed: {command} brings it"
        if library == "tensorflow":
            sentence += ", or set KERAS_BACKEND to jax or torch where one of these is installed"
        raise ImportError(f"{sentence}.", name=library) from None
