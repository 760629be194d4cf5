"""Pictures that people send, recognised by what they are and drawn anew.

Nothing of the file itself is kept: no place where it was taken, no colour profile, nothing
hidden behind the picture's end. What is stored was written by our own encoder.
"""

from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageOps

from ideahub.i18n import _
from ideahub.refusals import Invalid

MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2_400
LONGEST_SIDE_SMALL = 640
LOSSLESS_BYTES = 1_000_000
WRITTEN_AS = "image/webp"

# How each format begins; only the decoder of that format ever sees the file.
BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
}


class Picture(NamedTuple):
    """A picture as it is stored, whole and small."""

    content: bytes
    small: bytes
    width: int
    height: int


def picture_format(data: bytes) -> str | None:
    """The format the bytes are in, by their beginning; None for anything but a picture."""
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    found = (name for start, name in BEGINNINGS.items() if data.startswith(start))
    return next(found, None)


def redraw(data: bytes, format_name: str) -> Picture:
    """Decodes a picture and writes it anew: upright, of bearable size, first frame only.

    Raises Invalid where it has too many pixels, before any is decoded, or is damaged.
    """
    image = _decoded(data, format_name)
    drawn = format_name in {"PNG", "GIF"}
    small = image.copy()
    small.thumbnail((LONGEST_SIDE_SMALL, LONGEST_SIDE_SMALL), Image.Resampling.LANCZOS)
    return Picture(_written(image, drawn=drawn), _lossy(small, 76), image.width, image.height)


def _decoded(data: bytes, format_name: str) -> Image.Image:
    try:
        with Image.open(BytesIO(data), formats=[format_name]) as image:
            _must_be_bearable(image)
            return _upright(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Invalid(_too_many_pixels()) from None
    except Invalid:
        raise
    except Exception:  # noqa: BLE001 - decoders raise whatever they stumble over
        reason = _("This picture is damaged or was cut short. Save or send it anew and try again.")
        raise Invalid(reason) from None


def _must_be_bearable(image: Image.Image) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise Invalid(_too_many_pixels())


def _upright(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        # Sixteen bits a colour: the upper eight are the picture.
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode not in {"L", "RGB", "RGBA"}:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    # JPEG is decoded at about the wanted size, which costs a fraction of decoding it whole.
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    image.load()
    upright = ImageOps.exif_transpose(image)
    mode = "RGBA" if upright.has_transparency_data else "RGB"
    clean = upright if upright.mode == mode else upright.convert(mode)
    clean.info.clear()
    return clean


def _written(image: Image.Image, *, drawn: bool) -> bytes:
    # Letters and lines of a screenshot stay sharp, unless it is a photograph after all.
    if drawn:
        written = _save(image, lossless=True, quality=20, method=1)
        if len(written) <= LOSSLESS_BYTES:
            return written
    return _lossy(image, 84)


def _lossy(image: Image.Image, quality: int) -> bytes:
    return _save(image, quality=quality, method=3)


def _save(image: Image.Image, **options: int) -> bytes:
    kept = BytesIO()
    image.save(kept, "WEBP", **options)
    return kept.getvalue()


def _too_many_pixels() -> str:
    most = f"{MOST_PIXELS // 1_000_000}"
    return _("This picture has more than %s million pixels. Make it smaller and try again.") % most
