"""The sizes at which a picture is dreamt."""


def octave_sizes(
    shape: tuple[int, int], octaves: int, octave_scale: float
) -> list[tuple[int, int]]:
    """The (height, width) of every octave, smallest first; the last is ``shape`` itself.

    >>> octave_sizes((427, 640), 3, 1.4)
    [(218, 327), (305, 457), (427, 640)]
    """
    factors = [octave_scale**-k for k in reversed(range(octaves))]
    return [(round(shape[0] * f), round(shape[1] * f)) for f in factors]
