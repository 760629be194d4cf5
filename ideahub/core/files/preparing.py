"""Checks files that people send by their bytes, and makes them ready to be stored."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath

from ideahub.core.files.pictures import WRITTEN_AS, is_heif, picture_format, redraw
from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid
from ideahub.core.text.cleaning import clean_line, shortened

PDF = "application/pdf"
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class PreparedUpload:
    """A file, checked and converted, ready to be stored; sizes and `small` are for pictures."""

    media_type: str
    file_name: str
    digest: bytes
    content: bytes
    small: bytes | None = None
    width: int | None = None
    height: int | None = None
    # Its name in the storage beside the database, if it lies there.
    stored_as: str | None = None


async def prepared_picture(data: bytes, name: str) -> PreparedUpload | None:
    """The picture, drawn anew; None where this is none that can be read.

    Raises what `redraw` raises, and Invalid for a picture in a format of phones. To be called
    without a transaction: a large picture takes a second or two.
    """
    if is_heif(data):
        raise Invalid(
            _(
                "This is a picture in the HEIC or AVIF format, which many programs cannot show. "
                "Export it as JPEG and send that. An iPhone takes JPEG photos with Settings, "
                "Camera, Formats, “Most Compatible”."
            )
        )
    format_name = picture_format(data)
    if format_name is None:
        return None
    picture = await redraw(data, format_name)
    return PreparedUpload(
        media_type=WRITTEN_AS,
        file_name=tidy_name(name, ".webp", _("picture")),
        digest=sha256(data).digest(),
        content=picture.content,
        small=picture.small,
        width=picture.width,
        height=picture.height,
    )


def prepared_pdf(data: bytes, name: str) -> PreparedUpload | None:
    """The PDF as it was sent; None where this is none. Raises Invalid where its end is missing."""
    if not data.startswith(b"%PDF-"):
        return None
    # A complete PDF has this mark near its end; some programs write a few bytes after it.
    if b"%%EOF" not in data[-2048:]:
        raise Invalid(_("This PDF is damaged or was cut short. Save it anew and try again."))
    return unchanged(data, name, PDF, ".pdf")


def unchanged(data: bytes, name: str, media_type: str, ending: str) -> PreparedUpload:
    """A file of this kind, to be stored as it was sent."""
    file_name = tidy_name(name, ending, _("document"))
    return PreparedUpload(media_type, file_name, sha256(data).digest(), data)


def tidy_name(sent: str, ending: str, otherwise: str) -> str:
    """The file's name without folders, with the ending of its real kind."""
    line = clean_line(sent.replace("\\", "/").rpartition("/")[2][:1_000])
    stem = PurePosixPath(line).stem
    # "report.pdf.exe" is called "report.pdf".
    stem = stem.removesuffix(ending) or stem
    return (shortened(stem, LONGEST_NAME) or otherwise) + ending
