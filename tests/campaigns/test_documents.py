"""Documents of a challenge: what may be added, how they are served, and to whom."""

import asyncio
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import httpx
import pytest
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns import documents
from ideahub.campaigns.documents import add_document, prepare_document
from ideahub.campaigns.models import Audience, Campaign, CampaignKind
from ideahub.campaigns.queries import find_managed
from ideahub.campaigns.terms import DocumentView, terms_of
from ideahub.campaigns.terms_models import CampaignDocument
from ideahub.core.db import Database
from ideahub.core.events import Kind
from ideahub.core.files import kinds
from ideahub.core.refusals import Conflict, Invalid
from tests.campaigns.setting_up import events
from tests.campaigns.test_prizes import plain_text
from tests.conftest import Browse, Browser
from tests.support.cast import Cast, make_campaign, make_cast, viewer_of

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
OFFICE = "application/vnd.openxmlformats-officedocument"
WORD = f"{OFFICE}.wordprocessingml.document"
EXCEL = f"{OFFICE}.spreadsheetml.sheet"
TEXT = "application/vnd.oasis.opendocument.text"
SHEET = "application/vnd.oasis.opendocument.spreadsheet"


def packed(**parts: str) -> bytes:
    """A ZIP with these parts, whose names have dots for double underscores."""
    return zipped({name.replace("__", "."): text for name, text in parts.items()})


def zipped(parts: dict[str, str]) -> bytes:
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return written.getvalue()


def office(main: str, **more: str) -> bytes:
    """An office document whose main part has this type."""
    types = f'<Types><Override PartName="/main.xml" ContentType="{main}.main+xml"/></Types>'
    return zipped({"[Content_Types].xml": types, "main.xml": "<x/>", **more})


def opened(kind: str, **more: str) -> bytes:
    return zipped({"mimetype": kind, "content.xml": "<x/>", **more})


def picture(format_name: str = "PNG") -> bytes:
    written = BytesIO()
    Image.new("RGB", (30, 20), "navy").save(written, format_name)
    return written.getvalue()


async def challenge(
    db: AsyncSession, cast: Cast, audience: Audience = Audience.PUBLIC, *, published: bool = True
) -> Campaign:
    campaign = await make_campaign(
        db, cast.city, kind=CampaignKind.CHALLENGE, audience=audience, published=published
    )
    await db.commit()
    return campaign


async def send(
    browser: Browser, campaign: Campaign, data: bytes, name: str, words: str = "The template"
) -> httpx.Response:
    at = f"/management/{campaign.id}/documents"
    files = {"file": (name, data, "application/octet-stream")}
    return await browser.post(at, {"description": words}, files=files)


async def shown(db: AsyncSession, campaign: Campaign) -> list[DocumentView]:
    return (await terms_of(db, campaign.id)).documents


@pytest.mark.parametrize(
    ("data", "name", "kept_as", "media_type"),
    [
        (PDF, "Call.PDF", "Call.pdf", "application/pdf"),
        (picture(), "map.png", "map.webp", "image/webp"),
        (picture("JPEG"), "map.png", "map.webp", "image/webp"),
        ("Grüße,\n1;2\n".encode(), "table.csv", "table.csv", "text/csv"),
        (b"\xef\xbb\xbfRead me.\r\n", "read.txt", "read.txt", "text/plain"),
        (office(WORD), "form.docx", "form.docx", WORD),
        (office(EXCEL), "budget.xlsx", "budget.xlsx", EXCEL),
        (opened(TEXT), "form.odt", "form.odt", TEXT),
        (opened(SHEET), "budget.ods", "budget.ods", SHEET),
        (office(WORD), "form", "form.docx", WORD),
        (PDF, "..\\..\\etc/Call.pdf", "Call.pdf", "application/pdf"),
    ],
)
async def test_each_kind_is_taken_and_served_to_be_saved(
    db: AsyncSession,
    cast: Cast,
    browse: Browse,
    data: bytes,
    name: str,
    kept_as: str,
    media_type: str,
) -> None:
    campaign = await challenge(db, cast)
    mia, guest = await browse(cast.mia), await browse(None)
    answer = await send(mia, campaign, data, name)
    assert answer.status_code == 303, answer.text
    (one,) = await shown(db, campaign)
    assert one.file_name == kept_as
    page = (await guest.get(campaign.url)).text
    assert f'href="{one.url}"' in page
    assert "The template" in page
    got = await guest.get(one.url)
    assert got.status_code == 200
    assert got.headers["content-type"].partition(";")[0] == media_type
    assert got.headers["content-disposition"] == f"attachment; filename*=UTF-8''{kept_as}"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-security-policy"].startswith("default-src 'none'; sandbox")
    assert (got.content == data) is (media_type != "image/webp")


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (PDF, "call.docx", "Its name ends in .docx, but it is a PDF."),
        (office(WORD), "call.pdf", "Its name ends in .pdf, but it is a Word document."),
        (office(EXCEL), "call.docx", "Its name ends in .docx, but it is an Excel table."),
        (opened(TEXT), "call.ods", "Its name ends in .ods, but it is an OpenDocument text."),
        (PDF, "call.pdf.exe", "Its name ends in .exe, but it is a PDF."),
        (picture(), "map.pdf", "Its name ends in .pdf, but it is a picture."),
        (b"Plain words.", "call.pdf", "Its name ends in .pdf, but it is a plain text."),
        (b"Plain words.", "page.html", "Its name ends in .html, but it is a plain text."),
        (b"<!DOCTYPE html><p>x", "call.txt", "This is none of the files"),
        (b" \n<svg xmlns='http://www.w3.org/2000/svg'/>", "call.txt", "This is none of the files"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "call.pdf", "This is none of the files"),
        (b"words\x00more", "call.txt", "This is none of the files"),
        (b"\xff\xfew\x00o\x00", "call.txt", "This is none of the files"),
        (packed(readme__txt="x"), "call.docx", "This is none of the files"),
        (packed(readme__txt="x"), "call.zip", "This is none of the files"),
        (office(WORD, **{"word/vbaProject.bin": "x"}), "call.docx", "This document holds macros"),
        (office(WORD, **{"word/activeX/activeX1.xml": "x"}), "call.docx", "holds macros"),
        (opened(TEXT, **{"Basic/Standard/Module1.xml": "x"}), "call.odt", "holds macros"),
        (
            zipped({"[Content_Types].xml": "application/vnd.ms-word.document.macroEnabled.main"}),
            "call.docm",
            "This document holds macros",
        ),
        (office(WORD)[:200], "call.docx", "damaged or was cut short"),
        (PDF[:12], "call.pdf", "damaged or was cut short"),
        (b"", "call.pdf", "This file is empty"),
    ],
)
async def test_a_file_that_is_something_else_is_refused_with_what_to_do(
    db: AsyncSession, cast: Cast, browse: Browse, data: bytes, name: str, words: str
) -> None:
    campaign = await challenge(db, cast)
    mia = await browse(cast.mia)
    answer = await send(mia, campaign, data, name, "My words")
    assert answer.status_code == 422
    assert words in plain_text(answer.text)
    assert 'value="My words"' in answer.text
    assert await shown(db, campaign) == []


def test_a_zip_that_would_fill_the_memory_is_read_in_part_only() -> None:
    bomb = zipped({"[Content_Types].xml": "x" * 50_000_000})
    assert len(bomb) < 100_000
    assert kinds.kind_of(bomb, ".docx") is None


def test_a_protected_document_is_refused() -> None:
    data = bytearray(office(WORD))
    # The flag of a part that is encrypted, in the list at the end.
    at = data.index(b"PK\x01\x02") + 8
    data[at] |= 1
    with pytest.raises(Invalid, match="protected by a password"):
        kinds.kind_of(bytes(data), ".docx")


async def test_one_that_is_too_large_is_refused_and_its_words_kept(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast)
    mia = await browse(cast.mia)
    fits = PDF + b"x" * (documents.MOST_BYTES - len(PDF) - 6) + b"%%EOF\n"
    for data, status in ((fits, 303), (fits + b"\n", 422), (fits + b"\n" * 9_000_000, 413)):
        answer = await send(mia, campaign, data, "call.pdf", "My words")
        assert answer.status_code == status
        if status != 303:
            assert "This file is larger than 10 MB." in answer.text
            assert 'value="My words"' in answer.text


async def test_who_may_not_see_the_challenge_gets_no_document(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    inside = await challenge(db, cast, Audience.INTERNAL)
    draft = await challenge(db, cast, published=False)
    mia, zed, guest = await browse(cast.mia), await browse(cast.zed), await browse(None)
    ada = await browse(cast.ada)
    for campaign, adas in ((inside, 200), (draft, 404)):
        assert (await send(mia, campaign, PDF, "call.pdf")).status_code == 303
        (one,) = await shown(db, campaign)
        for browser, status in ((mia, 200), (ada, adas), (zed, 404), (guest, 404)):
            assert (await browser.get(one.url)).status_code == status
        number = f"/management/{campaign.id}/documents/{one.id}/removal"
        assert (await zed.post(number)).status_code in {403, 404}
        assert (await zed.post(f"/management/{campaign.id}/documents")).status_code in {403, 404}
    for token in ("x", "x" * 32, "../../etc"):
        assert (await guest.get(f"/documents/{token}")).status_code == 404


async def test_a_removed_document_is_gone_but_in_the_record(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, other = await challenge(db, cast), await challenge(db, cast)
    mia, guest = await browse(cast.mia), await browse(None)
    await send(mia, campaign, PDF, "call.pdf")
    (one,) = await shown(db, campaign)
    assert (await mia.post(f"/management/{other.id}/documents/{one.id}/removal")).status_code == 404
    for _ in range(2):
        answer = await mia.post(f"/management/{campaign.id}/documents/{one.id}/removal")
        assert answer.status_code == 303
    assert (await guest.get(one.url)).status_code == 404
    text = plain_text((await guest.get(campaign.url)).text)
    assert "New document: call.pdf" in text
    assert "The document call.pdf was removed" in text
    assert len(await events(db, Kind.CAMPAIGN_CHANGED)) == 2
    columns = CampaignDocument.content, CampaignDocument.removed_by
    (kept,) = (await db.execute(select(*columns))).all()
    assert kept == (None, cast.mia.id)
    # It may be added again.
    assert (await send(mia, campaign, PDF, "call.pdf")).status_code == 303
    assert len(await shown(db, campaign)) == 1


async def test_the_same_file_twice_is_one_document(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast)
    mia = await browse(cast.mia)
    for _ in range(2):
        assert (await send(mia, campaign, PDF, "call.pdf")).status_code == 303
    answer = await send(mia, campaign, PDF, "call.pdf", "Something else")
    assert answer.status_code == 409
    assert "This file is here already: call.pdf" in plain_text(answer.text)
    assert len(await shown(db, campaign)) == 1


async def test_twenty_are_enough_also_for_many_at_once(committing: Database) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        campaign = await make_campaign(db, cast.city, kind=CampaignKind.CHALLENGE)

    async def press(number: int) -> bool:
        prepared = await prepare_document(PDF + b"%" * number, "call.pdf")
        try:
            async with committing.transaction() as db:
                viewer = await viewer_of(db, cast.mia)
                held = await find_managed(db, viewer, campaign.id, lock=True)
                await add_document(db, viewer, held, prepared, "A file")
        except Conflict:
            return False
        return True

    done = await asyncio.gather(*(press(number) for number in range(documents.MOST + 3)))
    assert sum(done) == documents.MOST
    async with committing.reading() as db:
        assert await db.scalar(select(func.count()).select_from(CampaignDocument)) == 20


async def test_a_document_needs_words_and_a_file(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast)
    mia = await browse(cast.mia)
    answer = await send(mia, campaign, PDF, "call.pdf", " ")
    assert answer.status_code == 422
    assert "Say in a few words what it is." in answer.text
    at = f"/management/{campaign.id}/documents"
    answer = await mia.post(at, {"description": "Words"}, files={"nothing": ("", b"", "")})
    assert answer.status_code == 422
    assert "Choose a file." in answer.text
