"""Films in files: WebP, GIF and MP4."""

from collections.abc import Iterable
from fractions import Fraction
from typing import IO, Any

from PIL import Image

from ..images import as_pillow


def write_film(
    frames: Iterable[Any], file: IO[bytes], format: str, fps: float, quality: int = 80
) -> None:
    """Write pictures of one size, a film without end but for MP4; Ctrl-C keeps those so far."""
    images: list[Image.Image] = []
    try:
        for frame in frames:
            images.append(as_pillow(frame))
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
    how = {"duration": round(1000 / fps), "loop": 0, "quality": quality}
    images[0].save(file, format, save_all=True, append_images=images[1:], **how)


def _write_mp4(images: list[Image.Image], file: IO[bytes], fps: float) -> None:
    """H.264 as every browser and phone plays it, which wants an even width and height."""
    import av

    with av.open(file, "w", format="mp4") as film:
        stream = film.add_stream("libx264", Fraction(fps).limit_denominator(1000))
        stream.width, stream.height = (side // 2 * 2 for side in images[0].size)
        stream.pix_fmt, stream.options = "yuv420p", {"crf": "18"}
        for image in images:
            even = image.crop((0, 0, stream.width, stream.height))
            film.mux(stream.encode(av.VideoFrame.from_image(even)))
        film.mux(stream.encode())
