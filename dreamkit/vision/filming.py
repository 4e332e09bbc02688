"""Films in files: WebP, GIF and MP4."""

from collections.abc import Iterable
from fractions import Fraction
from typing import IO, Any

import numpy as np
from PIL import Image

from ..arguments import number
from ..images import as_pillow, check_sides

# Frames a second; of faster ones browsers make slow ones.
FASTEST = {".gif": 50, ".webp": 90, ".mp4": 90}
CLOCK = {"GIF": 100, "WEBP": 1000}  # in what parts of a second a file counts


def write_film(
    frames: Iterable[Any], file: IO[bytes], format: str, fps: float, quality: int = 80
) -> None:
    """Write pictures of one size, a film without end but for MP4; Ctrl-C keeps those so far."""
    ending, images = f".{format.lower()}", list[Image.Image]()
    fps = number("fps", fps, 0.01, FASTEST[ending], hint="12 is usual")
    try:
        for frame in frames:
            images.append(as_pillow(frame))
            check_sides(images[-1], ending)
            if images[-1].size != images[0].size:
                sizes = " and ".join("{1} × {0}".format(*images[i].size) for i in (0, -1))
                raise ValueError(
                    "All frames of a film have the same height and width; the first and number "
                    f"{len(images)} have {sizes}. Resize them first."
                )
    except KeyboardInterrupt:
        pass
    if not images:
        raise ValueError("There are no frames to save.")
    if format == "MP4":
        return _write_mp4(images, file, fps)
    # each frame ends when it should, to the file's clock: rounded by itself, all would be too short
    ends = np.round(np.arange(len(images) + 1) / fps * CLOCK[format]) * (1000 // CLOCK[format])
    how = {"duration": np.diff(ends).astype(int).tolist(), "loop": 0, "quality": quality}
    try:
        images[0].save(file, format, save_all=True, append_images=images[1:], **how)
    except OverflowError as error:
        raise ValueError(
            "A GIF shows a picture for 655 seconds at most, and frames that are equal are one. "
            "Choose a larger fps, or .webp."
        ) from error


def _write_mp4(images: list[Image.Image], file: IO[bytes], fps: float) -> None:
    """H.264 as every browser and phone plays it, which wants an even width and height."""
    import av

    with av.open(file, "w", format="mp4") as film:
        stream = film.add_stream("libx264", Fraction(fps).limit_denominator(1000))
        stream.width, stream.height = (max(2, side // 2 * 2) for side in images[0].size)
        stream.pix_fmt, stream.options = "yuv420p", {"crf": "18"}
        for image in images:  # of one pixel two are made
            twice = np.pad(np.asarray(image), ((0, 1), (0, 1), (0, 0)), "edge")
            even = np.ascontiguousarray(twice[: stream.height, : stream.width])
            film.mux(stream.encode(av.VideoFrame.from_ndarray(even)))
        film.mux(stream.encode())
