"""The kinds of documents that may be sent, recognised by their bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from ideahub.core.files.preparing import PDF
from ideahub.core.i18n import N_, _
from ideahub.core.refusals import Invalid

# Of a file that is a ZIP: how many parts it may have, and how much of one is read, in bytes.
MOST_PARTS = 10_000
MOST_READ = 1_000_000
_ENCRYPTED = 0x1
# What a page of the web, a drawing or a program may begin with.
_MARKUP = (b"<!doctype", b"<html", b"<svg", b"<script", b"<?xml", b"<?php", b"#!", b"{\\rtf")
_CONTROL = frozenset(range(32)) - {9, 10, 12, 13}


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of files: its media type, the endings that its names may have, the first being the
    usual one, and what it is called."""

    media_type: str
    endings: tuple[str, ...]
    label: str


PDF_FILE = FileKind(PDF, (".pdf",), N_("a PDF"))
TEXT_FILE = FileKind("text/plain", (".txt", ".md"), N_("a plain text"))
TABLE_FILE = FileKind("text/csv", (".csv",), N_("a table as text"))
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
# By what their list of parts names as the main one.
OFFICE_FILES = {
    f"{_OFFICE}.wordprocessingml.document.main+xml": FileKind(
        f"{_OFFICE}.wordprocessingml.document", (".docx",), N_("a Word document")
    ),
    f"{_OFFICE}.spreadsheetml.sheet.main+xml": FileKind(
        f"{_OFFICE}.spreadsheetml.sheet", (".xlsx",), N_("an Excel table")
    ),
}
# By what their part “mimetype” says.
OPEN_FILES = {
    f"{_OPEN}.text": FileKind(f"{_OPEN}.text", (".odt",), N_("an OpenDocument text")),
    f"{_OPEN}.spreadsheet": FileKind(
        f"{_OPEN}.spreadsheet", (".ods",), N_("an OpenDocument table")
    ),
}
_MACRO_PARTS = ("vbaproject.bin", "vbadata.xml", "activex")
_MACRO_FOLDERS = ("basic/", "scripts/")


def kind_of(data: bytes, ending: str) -> FileKind | None:
    """The kind of a document by its bytes; None where it is none that may be sent.

    The ending of its name only says which kind of text a text is. Raises Invalid for an office
    document that holds macros, is protected by a password, or is damaged.
    """
    if data.startswith(b"%PDF-"):
        return PDF_FILE
    if data.startswith(b"PK\x03\x04"):
        return _office_kind(data)
    if _is_text(data):
        return TABLE_FILE if ending == ".csv" else TEXT_FILE
    return None


def must_be_named_as(kind: FileKind, ending: str) -> None:
    """Raises Invalid where a file's name says that it is of another kind; a name without an ending
    says nothing."""
    if ending and ending not in kind.endings:
        raise Invalid(
            _(
                "Its name ends in %(ending)s, but it is %(kind)s. Name it as what it is, with "
                "%(usual)s at the end, or save it anew in the format that you mean, and send that.",
                ending=ending,
                kind=_(kind.label),
                usual=kind.endings[0],
            )
        )


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    begins = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:20].lower()
    return not begins.startswith(_MARKUP) and not _CONTROL.intersection(data)


def _office_kind(data: bytes) -> FileKind | None:
    try:
        with ZipFile(BytesIO(data)) as parts:
            return _kind_of_parts(parts)
    except (BadZipFile, ValueError, OSError, EOFError, NotImplementedError, RuntimeError):
        reason = _("This document is damaged or was cut short. Save it anew and try again.")
        raise Invalid(reason) from None


def _kind_of_parts(parts: ZipFile) -> FileKind | None:
    listed = parts.infolist()
    if len(listed) > MOST_PARTS:
        return None
    names = [part.filename.lower() for part in listed]
    if any(part.flag_bits & _ENCRYPTED for part in listed):
        raise Invalid(_("This document is protected by a password. Save it without one."))
    types = _read(parts, "[Content_Types].xml") + _read(parts, "mimetype")
    found = _named_kind(types)
    if "macroenabled" in types.lower() or (found and _holds_macros(names)):
        raise Invalid(_holding_macros())
    return found


def _named_kind(types: str) -> FileKind | None:
    office = (kind for main, kind in OFFICE_FILES.items() if f'"{main}"' in types)
    return next(office, None) or OPEN_FILES.get(types.strip())


def _holds_macros(names: Sequence[str]) -> bool:
    return any(
        name.startswith(_MACRO_FOLDERS) or any(part in name for part in _MACRO_PARTS)
        for name in names
    )


def _holding_macros() -> str:
    return _(
        "This document holds macros, which are programs. Save it without them, as .docx, .xlsx, "
        ".odt or .ods, or as PDF, and send that."
    )


def _read(parts: ZipFile, name: str) -> str:
    if name not in parts.namelist():
        return ""
    with parts.open(name) as part:
        return part.read(MOST_READ).decode(errors="replace")
