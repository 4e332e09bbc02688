"""Pictures in and out: float32 arrays (height, width, 3), RGB in [0, 1], and files of all kinds."""

import io
import json
import os
import struct
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import (
    ExifTags,
    Image,
    ImageCms,
    ImageFile,
    ImageOps,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
)

from .arguments import as_array, as_path, did_you_mean, of_kind, warn, whole
from .files import write_whole

JPEG = {"format": "JPEG", "quality": 92, "subsampling": 0}  # dreams are rich in fine colour
FORMATS: dict[str, dict[str, Any]] = {
    ".png": {"format": "PNG"},
    ".jpg": JPEG,
    ".jpeg": JPEG,
    ".webp": {"format": "WEBP", "quality": 90},
}
WIDEST = 65_500  # pixels of a side
# As many as a side may have in files, and in films, that have no room for more.
SIDES = {".jpg": WIDEST, ".jpeg": WIDEST, ".webp": 16_383, ".gif": 65_535, ".mp4": 16_384}
# How TIFF names a picture as a camera's sensor took it (TIFF/EP; DNG 1.7).
SENSOR = (32803, 34892)
RAW = "It is to be developed: export it as JPEG or PNG from the camera's or another program."
HALF_A_SHADE = 0.5 / 255  # what rounding, as in a resize, may overshoot by
COMMENT = b"ASCII\0\0\0dreamkit "  # EXIF wants the comment's character set in its first 8 bytes


@contextmanager
def open_picture(path: str | os.PathLike[str]) -> Iterator[Image.Image]:
    """Open a picture file; what goes wrong here or while reading from it is explained."""
    path = existing(path)
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder. Give the path of a picture in it.")
    _learn_heic()
    # Pillow warns from the limit and refuses from twice the limit; here both refuse
    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(file) as picture:
                yield picture
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise ValueError(
                f"{path.name} would unpack to more than {Image.MAX_IMAGE_PIXELS:,} pixels. Shrink "
                "it in another program, or, if you trust it, raise PIL.Image.MAX_IMAGE_PIXELS."
            ) from error
        except UnidentifiedImageError as error:
            raise ValueError(
                f"{path.name} is not a picture that Pillow can read. Expected JPEG, PNG, WebP, "
                "GIF, TIFF or the like; save it as one of these first. (A phone's HEIC is read "
                "where pillow-heif is installed: pip install pillow-heif. Of a camera's raw file "
                "export a JPEG.)"
            ) from error
        except (OSError, EOFError, RuntimeError, SyntaxError, ValueError, struct.error) as error:
            raise ValueError(
                f"{path.name} is damaged, cut short or of a rare kind ({error}). Copy or download "
                "it again, or save it as PNG first."
            ) from error


@cache
def _learn_heic() -> None:
    """Have Pillow read what iPhones take, where that can be."""
    with suppress(ImportError):
        import pillow_heif

        pillow_heif.register_heif_opener()


@cache
def endings() -> frozenset[str]:
    """How the names of picture files end: of all that Pillow reads, and of phones' photos."""
    Image.init()
    _learn_heic()

    def read(kind: str) -> bool:
        if not Image.MIME.get(kind, "image/").startswith("image/"):  # PostScript, PDF, video
            return False
        opener = Image.OPEN.get(kind, (None,))[0]
        stub = isinstance(opener, type) and issubclass(opener, ImageFile.StubImageFile)
        return kind == "MPO" or (opener is not None and not stub)  # opened as the JPEG that it is

    known = Image.registered_extensions().items()
    # without pillow-heif these are opened too, and refused with the sentence that helps
    return frozenset({".heic", ".heif"} | {ending for ending, kind in known if read(kind)})


def load_image(path: str | os.PathLike[str], max_side: int | None = None) -> np.ndarray:
    """Read a picture, the way up that it was taken.

    Greyscale, palette, CMYK and 16-bit pictures become RGB, and colours of another space, as of a
    phone, those of sRGB; what is transparent becomes white. The first picture of an animation is
    read, with a warning. So are 32 bits of grey that nothing says the range of: what is white is
    told by the brightest.

    Parameters
    ----------
    path : str or pathlib.Path
    max_side : int, optional
        Shrink the picture so that neither side is longer. A smaller picture stays as it is.

    Returns
    -------
    numpy.ndarray, float32, shape (height, width, 3), RGB in [0, 1]

    Raises
    ------
    FileNotFoundError, IsADirectoryError
        There is no such file (similar names are listed), or it is a folder.
    ValueError
        The file is not a picture, is cut short, or unpacks to more than Pillow's
        ``Image.MAX_IMAGE_PIXELS``; it is a camera's raw file, in which Pillow would see nothing but
        the preview; or ``max_side`` is below 1.

    Examples
    --------
    >>> from PIL import Image
    >>> Image.new("RGB", (1280, 960)).save("me.jpg")
    >>> dk.load_image("me.jpg", max_side=640).shape
    (480, 640, 3)

    Taught in lesson 01.
    """
    check_max_side(max_side)
    with open_picture(path) as picture:
        raw = _is_raw(picture)
        # a phone's MPO is one photo with previews or a depth map behind it
        if getattr(picture, "is_animated", False) and picture.format != "MPO" and not raw:
            warn(f"{as_path(path).name} holds several pictures: only the first is used.")
        pixels = None if raw else pixels_of(picture, max_side)
    if raw:
        raise ValueError(
            f"{as_path(path).name} is a camera's raw file, and what can be read of it is a preview "
            f"of {picture.width} × {picture.height} pixels. {RAW}"
        )
    return as_picture(pixels)


def _is_raw(picture: Image.Image) -> bool:
    """Whether a picture is but the preview in a TIFF of what a camera's sensor took."""
    if not isinstance(picture, TiffImagePlugin.TiffImageFile) or picture.fp is None:
        return False
    tags, file, shows = picture.tag_v2, picture.fp, set()
    file.seek(0)
    header = file.read(10)
    if ExifTags.Base.DNGVersion in tags or header[8:] == b"CR":
        return True
    large = 43 in header[2:4]  # a TIFF beyond 4 GB, which no camera writes but as DNG
    for place in () if large else np.ravel(tags.get(ExifTags.Base.SubIFDs, ())):
        file.seek(int(place))
        behind = TiffImagePlugin.ImageFileDirectory_v2(prefix=tags.prefix)
        behind.load(file)
        shows.add(behind.get(ExifTags.Base.PhotometricInterpretation))
    preview = tags.get(ExifTags.Base.NewSubfileType, 0) & 1
    return not shows.isdisjoint(SENSOR) or bool(shows and preview)


def as_picture(array: Any) -> np.ndarray:
    """Whatever stands for a picture as one: float32, shape (height, width, 3), RGB in [0, 1].

    An array of integers in 0–255, floats in [0, 1] or booleans, grey or RGB, also with alpha,
    which becomes white; a Pillow image, a dream, or the path of a file.
    """
    if isinstance(array, (str, os.PathLike)):
        try:
            return load_image(array)
        except FileNotFoundError as error:
            raise FileNotFoundError(f"{error} (A path is read by load_image.)") from error
    array = getattr(array, "image", array)  # of a dream
    array = pixels_of(array) if isinstance(array, Image.Image) else array
    array = as_array("A picture", array, ", a Pillow image, a Picture or a path")
    if array.ndim not in (2, 3) or array.size == 0 or (array.ndim == 3 and array.shape[2] > 4):
        raise ValueError(
            "A picture has the shape (height, width, 3), or (height, width) if grey, got "
            f"{array.shape}. Take one picture out of a batch, and put the channels last."
        )
    if array.dtype.kind in "iu":
        if array.min() < 0 or array.max() > 255:
            raise ValueError(
                f"An integer picture has values in 0–255, got {array.min()} to {array.max()}. "
                "Divide by the largest possible value (65535 for 16 bits) to get floats in [0, 1]."
            )
        if array.max() == 1:
            warn(
                "This integer picture holds 0 and 1 only, of 255: it is all but black. If 1 is "
                "white, pass picture.astype(bool)."
            )
        picture = array.astype("float32") / 255
    else:
        picture = _in_unit_range(array)
    if picture.ndim == 2:
        picture = picture[:, :, None]
    if picture.shape[2] in (2, 4):
        alpha = picture[:, :, -1:]
        picture = picture[:, :, :-1] * alpha + (1 - alpha)
    return picture if picture.shape[2] == 3 else np.repeat(picture, 3, axis=2)


def as_batch(pictures: Any) -> np.ndarray:
    """Equally large pictures as float32 (n, height, width, 3) in [0, 1], at least one."""
    batch = as_array("pictures", pictures).astype("float32", copy=False)
    if batch.ndim != 4 or batch.shape[3] != 3 or not batch.size or not np.isfinite(batch).all():
        raise ValueError(
            "pictures must be finite, of shape (n, height, width, 3), got the shape "
            f"{batch.shape}. np.stack makes them of a list."
        )
    return batch


def as_pillow(picture: Any) -> Image.Image:
    """Whatever ``as_picture`` takes as a Pillow image, RGB in bytes."""
    return Image.fromarray((as_picture(picture) * 255).round().astype("uint8"))


def resize(picture: np.ndarray, height: int, width: int) -> np.ndarray:
    """Resample an array of any range, bicubic; when shrinking, averaged so that nothing aliases.

    Parameters
    ----------
    picture : array, shape (height, width) or (height, width, channels)
    height, width : int
        The new size, each from 1 to 65,500, the most that a JPEG may have.

    Returns
    -------
    numpy.ndarray, float32, of as many dimensions
        Itself if it has that size already. Beside sharp edges bicubic values overshoot a little.

    Examples
    --------
    >>> dk.resize(np.full((8, 8), -2.0), 2, 3).tolist()
    [[-2.0, -2.0, -2.0], [-2.0, -2.0, -2.0]]

    Taught in lessons 01, 02 and 06.
    """
    whole("height", height, 1, WIDEST)
    whole("width", width, 1, WIDEST)
    picture = as_array("picture", picture).astype("float32", copy=False)
    if picture.ndim not in (2, 3) or picture.size == 0:
        raise ValueError(
            "resize takes an array (height, width) or (height, width, channels), got the shape "
            f"{picture.shape}."
        )
    if picture.shape[:2] == (height, width):
        return picture
    if picture.ndim == 3:
        return np.stack([resize(c, height, width) for c in np.moveaxis(picture, 2, 0)], axis=2)
    image = Image.fromarray(np.ascontiguousarray(picture))
    return np.array(image.resize((width, height), Image.Resampling.BICUBIC))


def shrink(picture: Any, max_side: int) -> np.ndarray:
    """A picture with neither side longer than ``max_side`` pixels; a smaller one stays as it is.

    Parameters
    ----------
    picture : array, shape (height, width, 3)
        Or whatever else ``as_picture`` takes.
    max_side : int

    Returns
    -------
    numpy.ndarray, float32, shape (height, width, 3), RGB in [0, 1]

    Examples
    --------
    >>> dk.shrink(dk.sample_image("clouds"), 320).shape
    (214, 320, 3)

    Taught in lesson 01.
    """
    picture = as_picture(picture)
    most = min(whole("max_side", max_side, hint="in pixels"), WIDEST)
    scale = min(1.0, most / max(picture.shape[:2]))
    height, width = (max(1, round(side * scale)) for side in picture.shape[:2])
    return np.asarray(np.clip(resize(picture, height, width), 0, 1))


def save_picture(picture: Any, path: str | Path, settings: Mapping[str, Any] | None = None) -> Path:
    """Write a picture, and how it was made inside it: PNG, JPEG or WebP, by the name's ending.

    ValueError for a side of more than 16,383 pixels in WebP, or 65,500 in JPEG. The settings, which
    JSON must hold, are text "dreamkit" in a PNG, else the EXIF comment.
    """
    path = as_path(path)
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise ValueError(f"A picture's name ends in {', '.join(FORMATS)}, got {path.name!r}.")
    image = as_pillow(picture)
    check_sides(image, suffix, " Or save it as .png, which has room for it.")
    options = FORMATS[suffix] | ({} if settings is None else _written(settings, suffix))
    encoded = io.BytesIO()  # Pillow, writing a JPEG straight to a full disk, would say nothing
    image.save(encoded, **options)
    return write_whole(path, encoded.getvalue())


def check_sides(image: Image.Image, ending: str, other: str = "") -> None:
    """Raise ValueError for a picture that is too wide or too high for its kind of file."""
    most = SIDES.get(ending)
    if most is not None and max(image.size) > most:
        raise ValueError(
            f"A side in {ending} has {most:,} pixels at most, and here are {image.height:,} × "
            f"{image.width:,}. Shrink it by dk.shrink(picture, {most}).{other}"
        )


def read_settings(path: str | Path) -> dict[str, Any]:
    """The settings that ``save_picture`` or ``Picture.save`` left inside a picture.

    ``deepdream(photo, **settings)`` makes the picture again. What they can't hold, a guide, a mask,
    an objective of arrays or a network of your own, is said then. Where the dream was stopped, a
    warning says after how many steps.

    Raises
    ------
    FileNotFoundError, ValueError
        As for ``load_image``; and ValueError when there are no settings in the picture.

    Examples
    --------
    >>> photo, net = dk.sample_image("clouds", max_side=64), dk.load_network("dreamnet")
    >>> path = dk.deepdream(photo, net, octaves=1, steps=1, seed=3).save("dream.png")
    >>> dk.read_settings(path)["seed"]
    3

    Taught in lesson 01.
    """
    with open_picture(path) as picture:
        text = getattr(picture, "text", {}).get("dreamkit")  # PNG
        comment = picture.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.UserComment)
    if text is None and isinstance(comment, bytes) and comment.startswith(COMMENT):
        text = comment.removeprefix(COMMENT)
    try:
        facts = json.loads(text or "null")
    except (ValueError, RecursionError):  # the text of another program
        facts = None
    if not isinstance(facts, dict):
        raise ValueError(
            f"There are no dreamkit settings in {as_path(path).name}. They are in a picture as it "
            "was saved; screenshots, editors and messengers leave them out."
        )
    if "stopped" in facts:
        warn(
            f"{as_path(path).name} was stopped after {facts.pop('stopped')} steps; its settings "
            "are those of the whole dream."
        )
    return facts


def _written(settings: Mapping[str, Any], suffix: str) -> dict[str, Any]:
    """The options that have Pillow write the settings into a picture."""
    of_kind("settings", settings, Mapping, "They are names and values.")
    text = json.dumps(dict(settings), default=_python_number)
    if suffix == ".png":
        info = PngImagePlugin.PngInfo()
        info.add_itxt("dreamkit", text)
        return {"pnginfo": info}
    exif = Image.Exif()
    exif[ExifTags.IFD.Exif] = {ExifTags.Base.UserComment: COMMENT + text.encode("ascii")}
    return {"exif": exif}


def _python_number(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"Settings are numbers, text, lists and dictionaries, got {value!r}.")


def pixels_of(image: Image.Image, max_side: int | None = None) -> np.ndarray:
    """Any Pillow image upright, as uint8 RGB or RGBA, in sRGB, or as float32 grey."""
    if image.mode.startswith(("I", "F")):  # Pillow's own conversion would clip 16 bits at 255
        white, clear = _white(image), image.info.get("transparency")
        values = np.asarray(ImageOps.exif_transpose(image), "float32")
        grey = values / np.float32(white)
        image = Image.fromarray(grey if clear is None else np.where(values == clear, 1, grey))
    else:
        image = _in_srgb(ImageOps.exif_transpose(_with_clear_in_bytes(image)))
    if max_side is not None:
        # as sharp as bicubic when shrinking, and it never overshoots
        image.thumbnail((max_side, max_side), Image.Resampling.HAMMING)
    return np.asarray(image)


def _with_clear_in_bytes(image: Image.Image) -> Image.Image:
    """A PNG, its transparent colour in 8 bits as its pixels are, not in as many as the file has."""
    clear, raw = image.info.get("transparency"), getattr(image, "tile", None)
    kind = raw[0][3] if raw else ""
    if isinstance(clear, int) and kind in ("L;2", "L;4"):
        image.info["transparency"] = clear * {"L;2": 85, "L;4": 17}[kind]
    elif isinstance(clear, tuple) and kind == "RGB;16B":
        image.info["transparency"] = tuple(value >> 8 for value in clear)
    return image


def _white(image: Image.Image) -> float:
    """The number that stands for white in a picture of more than 8 bits."""
    if image.mode.startswith("I;16") or image.format in ("PNG", "PPM"):
        return 65535
    top: float = np.asarray(image).max()
    white = next((usual for usual in (1, 255, 65535) if top <= usual), top)
    if white != 1:
        warn(
            "This picture has 32 bits a pixel, and nothing says which number is white. Its highest "
            f"is {top:g}: {white:g} is taken for white."
        )
    return white


def _in_srgb(image: Image.Image) -> Image.Image:
    """An image of bytes as RGB or RGBA, its colours converted if it has a profile of its own."""
    image = image.convert("LA") if image.mode == "La" else image  # from which no other way leads
    rgb = image.convert("RGBA" if image.has_transparency_data else "RGB")
    if not image.info.get("icc_profile"):
        return rgb
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        mode = {"GRAY": "L", "CMYK": "CMYK"}.get(own.profile.xcolor_space.strip(), "RGB")
        colours = image if image.mode == mode else (image if mode == "L" else rgb).convert(mode)
        srgb = ImageCms.createProfile("sRGB")
        found = ImageCms.profileToProfile(colours, own, srgb, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError) as error:
        warn(f"The picture's colour profile can't be used ({error}): sRGB is assumed.")
        return rgb
    if found is None:
        raise AssertionError("a new image was asked for")
    if rgb.mode == "RGBA":
        found.putalpha(rgb.getchannel("A"))
    return found


def check_max_side(max_side: int | None) -> None:
    """Raise ValueError unless it is a whole number from 1, or None."""
    if max_side is not None:
        whole("max_side", max_side, hint="in pixels")


def _in_unit_range(array: np.ndarray) -> np.ndarray:
    if not np.isfinite(array).all():
        raise ValueError("The picture has values that are NaN or infinite. Replace them first.")
    low, high = array.min(), array.max()
    if low < -HALF_A_SHADE or high > 1 + HALF_A_SHADE:
        bytes_like = low >= 0 and 2 < high <= 255
        advice = "Divide it by 255." if bytes_like else "Scale it, or use np.clip(picture, 0, 1)."
        raise ValueError(f"A float picture is in [0, 1], got {low:g} to {high:g}. {advice}")
    picture = np.asarray(array, "float32")
    return picture if low >= 0 and high <= 1 else np.clip(picture, 0, 1)


def existing(path: str | os.PathLike[str]) -> Path:
    """The path of a file or folder; FileNotFoundError, which says what is near, if it is none."""
    path = as_path(path)
    if path.exists():
        return path
    if not path.parent.is_dir():
        raise FileNotFoundError(f"There is no folder {path.parent}, so no {path.name} in it.")
    near = did_you_mean(path.name, (other.name for other in path.parent.iterdir()))
    hint = near or " Check the name and the folder."
    raise FileNotFoundError(f"There is no {path.name} in {path.parent.resolve()}.{hint}")
