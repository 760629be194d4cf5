"""Pictures and documents beside an idea: what is taken, what is kept of it, who gets to see it."""

import asyncio
import re
import struct
import zlib
from contextlib import suppress
from datetime import timedelta
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Audience, Phase
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.core.files import preparing, redrawing
from ideahub.core.files.preparing import PreparedUpload
from ideahub.core.refusals import Conflict, Invalid
from ideahub.ideas import attaching
from ideahub.ideas.attached import attachments_of
from ideahub.ideas.attaching import attach, prepare
from ideahub.ideas.live import show_attachments
from ideahub.ideas.models import Attachment, CoAuthor, Idea
from ideahub.ideas.queries import find_idea
from ideahub.organisations.models import Person
from ideahub.realtime.push import Push
from tests.conftest import Browse, Browser
from tests.support.cast import Cast, make_campaign, make_cast, make_idea, viewer_of

PDF = b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
WORDS = "The crossing at the school gate at eight in the morning"


def picture(format_name: str = "PNG", size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    kept = BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(kept, format_name, **options)
    return kept.getvalue()


def wide_png(width: int, height: int) -> bytes:
    """A file of a few bytes that says it is a huge picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(9))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


async def send(
    browser: Browser,
    idea_id: int,
    data: bytes | None,
    *,
    name: str = "photo.png",
    says: str = "image/png",
    words: str = WORDS,
) -> httpx.Response:
    files = {"file": (name, data, says)} if data is not None else {"nothing": ("", b"", "")}
    url = f"/ideas/{idea_id}/attachments/new"
    return await browser.post(url, {"description": words}, files=files)


async def attached_to(db: AsyncSession, idea_id: int) -> list[Attachment]:
    found = select(Attachment).where(Attachment.idea_id == idea_id).order_by(Attachment.id)
    return list(await db.scalars(found.execution_options(populate_existing=True)))


async def open_idea(db: AsyncSession, cast: Cast, **campaign: Any) -> Idea:
    return await make_idea(db, await make_campaign(db, cast.city, **campaign), cast.ada)


@pytest.mark.parametrize("format_name", ["PNG", "JPEG", "WEBP", "GIF"])
async def test_a_picture_of_each_kind(
    db: AsyncSession, cast: Cast, browse: Browse, format_name: str
) -> None:
    idea = await open_idea(db, cast)
    ada = await browse(cast.ada)
    answer = await send(ada, idea.id, picture(format_name), name="x.bin", says="text/html")
    assert (answer.status_code, answer.headers["location"].partition("#")[0]) == (
        303,
        idea_url(idea),
    )
    (kept,) = await attached_to(db, idea.id)
    assert (kept.media_type, kept.file_name, kept.width, kept.height) == (
        "image/webp",
        "x.webp",
        60,
        40,
    )
    page = (await ada.get(idea_url(idea))).text
    assert f'<img src="/attachments/{kept.token}/small" alt="{WORDS}"' in page
    for url in (f"/attachments/{kept.token}", f"/attachments/{kept.token}/small"):
        got = await ada.get(url)
        assert got.headers["content-type"] == "image/webp"
        assert Image.open(BytesIO(got.content)).size == (60, 40)


def idea_url(idea: Idea) -> str:
    return f"/ideas/{idea.id}"


async def test_a_document_is_for_keeping_only(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await open_idea(db, cast)
    ada = await browse(cast.ada)
    await send(ada, idea.id, PDF, name="Figures.PDF", says="image/png")
    (kept,) = await attached_to(db, idea.id)
    got = await ada.get(f"/attachments/{kept.token}")
    assert got.content == PDF
    assert got.headers["content-type"] == "application/pdf"
    assert got.headers["content-disposition"] == "attachment; filename*=UTF-8''Figures.pdf"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in got.headers["content-security-policy"]
    assert (await ada.get(f"/attachments/{kept.token}/small")).status_code == 404


async def test_a_co_author_attaches_and_others_do_not(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await open_idea(db, cast)
    db.add(CoAuthor(idea_id=idea.id, person_id=cast.cem.id))
    cem, ben = await browse(cast.cem), await browse(cast.ben)
    assert (await send(cem, idea.id, picture())).status_code == 303
    assert (await send(ben, idea.id, picture("GIF"))).status_code == 403
    assert (await ben.get(f"/ideas/{idea.id}/attachments/new")).status_code == 403
    (kept,) = await attached_to(db, idea.id)
    assert (await ben.post(f"/attachments/{kept.token}/removal")).status_code == 403
    assert "Add a picture" not in (await ben.get(idea_url(idea))).text
    assert "Add a picture" in (await cem.get(idea_url(idea))).text


async def test_a_stranger_is_asked_to_sign_in(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await open_idea(db, cast)
    await send(await browse(cast.ada), idea.id, picture())
    (kept,) = await attached_to(db, idea.id)
    stranger = await browse(None)
    for answer in (
        await send(stranger, idea.id, picture("GIF")),
        await stranger.post(f"/attachments/{kept.token}/removal"),
        await stranger.get(f"/ideas/{idea.id}/attachments/new"),
    ):
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")


async def test_a_stranger_sees_what_is_public(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await open_idea(db, cast)
    await send(await browse(cast.ada), idea.id, picture())
    (kept,) = await attached_to(db, idea.id)
    stranger = await browse(None)
    got = await stranger.get(f"/attachments/{kept.token}", headers={"Accept-Encoding": "gzip"})
    assert got.status_code == 200
    assert got.headers["cache-control"] == "private, no-cache"
    assert "content-encoding" not in got.headers
    again = {"If-None-Match": got.headers["etag"]}
    assert (await stranger.get(f"/attachments/{kept.token}", headers=again)).status_code == 304
    assert (
        await stranger.get(f"/attachments/{kept.token}/small", headers=again)
    ).status_code == 200


async def test_what_one_may_not_know_of_is_not_found(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await open_idea(db, cast, audience=Audience.INTERNAL)
    ada = await browse(cast.ada)
    etag = {"If-None-Match": "*"}
    await send(ada, idea.id, picture())
    (kept,) = await attached_to(db, idea.id)
    for outsider in (cast.zed, cast.cem, None):
        browser = await browse(outsider)
        for url in (f"/attachments/{kept.token}", f"/attachments/{kept.token}/small"):
            assert (await browser.get(url, headers=etag)).status_code == 404
    zed = await browse(cast.zed)
    assert (await zed.post(f"/attachments/{kept.token}/removal")).status_code == 404
    assert (await send(zed, idea.id, picture())).status_code == 404
    assert (await (await browse(cast.ben)).get(f"/attachments/{kept.token}")).status_code == 200


@pytest.mark.parametrize("gone", ["withdrawn_at", "hidden_at"])
async def test_a_withdrawn_or_hidden_idea_takes_its_attachments_along(
    db: AsyncSession, cast: Cast, browse: Browse, gone: str
) -> None:
    idea = await open_idea(db, cast)
    ada, ben = await browse(cast.ada), await browse(cast.ben)
    await send(ada, idea.id, picture())
    (kept,) = await attached_to(db, idea.id)
    await db.execute(update(Idea).where(Idea.id == idea.id).values({gone: func.now()}))
    await db.commit()
    known = {"If-None-Match": f'"{kept.token}"'}
    assert (await ben.get(f"/attachments/{kept.token}", headers=known)).status_code == 404
    assert (await ada.get(f"/attachments/{kept.token}")).status_code == 200
    assert (await send(ada, idea.id, picture("GIF"))).status_code == 409
    assert (await ada.post(f"/attachments/{kept.token}/removal")).status_code == 409


@pytest.mark.parametrize("token", ["a" * 32, "%00", "../1", "é" * 32, "1"])
async def test_a_wrong_address_is_not_found(cast: Cast, browse: Browse, token: str) -> None:
    assert (await (await browse(cast.ada)).get(f"/attachments/{token}")).status_code in {400, 404}


async def test_a_closed_phase_takes_nothing_and_loses_nothing(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await open_idea(db, cast)
    ada = await browse(cast.ada)
    await send(ada, idea.id, picture())
    phases = update(Phase).where(Phase.campaign_id == idea.campaign_id)
    await db.execute(phases.values(closes_at=func.now() - timedelta(minutes=1)))
    await db.commit()
    answer = await send(ada, idea.id, picture("GIF"))
    assert answer.status_code == 409
    assert "This closed on" in answer.text
    assert WORDS in answer.text
    (kept,) = await attached_to(db, idea.id)
    assert (await ada.post(f"/attachments/{kept.token}/removal")).status_code == 409
    assert "Add a picture" not in (await ada.get(idea_url(idea))).text


async def test_while_people_may_build_authors_may_attach(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await open_idea(db, cast)
    phases = update(Phase).where(Phase.campaign_id == idea.campaign_id)
    await db.execute(phases.values(accepts=[Accepts.CONTRIBUTIONS]))
    assert (await send(await browse(cast.ada), idea.id, picture())).status_code == 303


async def test_where_it_was_taken_is_not_kept() -> None:
    exif = Image.Exif()
    exif[0x010E] = "Ada's kitchen"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 0.0)})
    exif[0x0112] = 6  # lies on its side
    sent = picture("JPEG", (120, 80), exif=exif, comment=b"secret place", icc_profile=b"x" * 200)
    assert Image.open(BytesIO(sent)).getexif().get_ifd(0x8825)
    kept = await prepare(sent, "a.jpg")
    assert kept.small
    for written in (kept.content, kept.small):
        shown = Image.open(BytesIO(written))
        assert shown.size == (80, 120)
        assert not shown.getexif()
        assert not {"exif", "xmp", "icc_profile", "comment"} & shown.info.keys()
        assert b"kitchen" not in written
        assert b"secret" not in written


@pytest.mark.slow
async def test_large_pictures_become_bearable() -> None:
    kept = await prepare(picture("JPEG", (5000, 2500)), "wide.jpg")
    assert (kept.width, kept.height) == (2400, 1200)
    assert Image.open(BytesIO(kept.content)).size == (2400, 1200)
    assert Image.open(BytesIO(kept.small or b"")).size == (640, 320)


async def test_only_the_first_frame_is_kept() -> None:
    frames = [Image.new("RGB", (30, 30), colour) for colour in ("red", "blue", "green")]
    for format_name in ("GIF", "WEBP", "PNG"):
        sent = BytesIO()
        frames[0].save(sent, format_name, save_all=True, append_images=frames[1:])
        kept = await prepare(sent.getvalue(), "moving")
        with Image.open(BytesIO(kept.content)) as shown:
            assert getattr(shown, "n_frames", 1) == 1
            red, green, blue = shown.convert("RGB").getpixel((5, 5))  # type: ignore[misc]
            assert red > 200 > green + blue


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
async def test_every_kind_of_colour_is_understood(mode: str) -> None:
    sent = BytesIO()
    if mode == "I;16":
        Image.new(mode, (20, 20), 40_000).save(sent, "PNG")
    elif mode == "CMYK":
        Image.new("RGB", (20, 20), (156, 156, 156)).convert(mode).save(sent, "JPEG")
    else:
        Image.new("RGBA", (20, 20), (156, 156, 156, 255)).convert(mode).save(sent, "PNG")
    kept = await prepare(sent.getvalue(), "x")
    shown = Image.open(BytesIO(kept.content)).convert("RGB").getpixel((9, 9))
    assert isinstance(shown, tuple)
    assert mode == "1" or all(abs(value - 156) < 6 for value in shown)


async def test_see_through_stays_see_through() -> None:
    sent = BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(sent, "PNG")
    kept = await prepare(sent.getvalue(), "x")
    shown = Image.open(BytesIO(kept.content))
    assert shown.mode == "RGBA"
    assert shown.getchannel("A").getextrema() == (0, 0)


HTML = b"<!doctype html><script>alert(1)</script>"
UNUSABLE = {
    "nothing chosen": (None, "Choose a file"),
    "empty": (b"", "is empty"),
    "a web page": (HTML, "neither a picture"),
    "a drawing with scripts": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "neither a picture"),
    "a page behind a GIF's name": (b"GIF89a" + HTML, "damaged"),
    "only the beginning": (picture()[:60], "damaged"),
    "a JPEG cut short": (picture("JPEG", (400, 300))[:-900], "damaged"),
    "a WebP cut short": (picture("WEBP", (400, 300))[:-100], "damaged"),
    "as a phone keeps it": (b"\x00\x00\x00\x18ftypheic" + bytes(400), "Export it as JPEG"),
    "what may be a picture": (b"<svg></svg>", "Save a picture as JPEG or PNG"),
    "a PDF cut short": (PDF[:30], "cut short"),
    "a page before a PDF": (HTML + PDF, "neither a picture"),
    "a program": (b"MZ\x90\x00" + bytes(400), "neither a picture"),
    "an old kind of picture": (picture("BMP"), "neither a picture"),
    "too large": (PDF[:-6] + bytes(5 * 1024 * 1024) + b"%%EOF", "larger than 5 MB"),
    "a bomb": (wide_png(30_000, 30_000), "more than 40 million pixels"),
    "a small bomb": (wide_png(8_000, 5_001), "more than 40 million pixels"),
    "a lie about its size": (wide_png(100, 100), "damaged"),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", UNUSABLE)
async def test_what_cannot_be_used_is_said_and_the_words_are_kept(
    db: AsyncSession, cast: Cast, browse: Browse, case: str
) -> None:
    data, reason = UNUSABLE[case]
    idea = await open_idea(db, cast)
    answer = await send(await browse(cast.ada), idea.id, data)
    assert answer.status_code == 422
    assert reason in answer.text
    assert f'value="{WORDS}"' in answer.text
    assert not await attached_to(db, idea.id)


@pytest.mark.slow
async def test_broken_pictures_are_refused_whatever_is_broken() -> None:
    for format_name in ("PNG", "JPEG", "WEBP", "GIF"):
        whole = picture(format_name, (40, 30))
        for turn, place in enumerate(range(12, len(whole), max(1, len(whole) // 60))):
            broken = whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
            # What the child answers; it starts ten times a second, so only some are asked.
            assert redrawing.answer(broken, format_name)[:1] in {b"R", b"L", b"D"}
            if turn % 12 == 0:
                with suppress(Invalid):
                    await prepare(broken, "x")


async def test_a_page_hidden_behind_a_picture_is_cut_off() -> None:
    kept = await prepare(picture() + HTML, "x.html")
    assert b"script" not in kept.content
    assert kept.file_name == "x.webp"


async def test_the_end_of_a_name_is_that_of_its_kind_and_comes_once() -> None:
    for sent, kept in (
        ("plan.pdf.exe", "plan.pdf"),
        ("plan.pdf", "plan.pdf"),
        ("plan", "plan.pdf"),
    ):
        assert (await prepare(PDF, sent)).file_name == kept


async def test_more_than_the_form_takes_is_refused(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await open_idea(db, cast)
    ada = await browse(cast.ada)
    assert (await send(ada, idea.id, bytes(25 * 1024 * 1024))).status_code == 413
    # Only this form takes more than a megabyte.
    assert (await ada.post("/ideas/new", {"body": "x" * 1_100_000})).status_code == 413


@pytest.mark.parametrize("words", [b"\xff\xfe", b"fine"])
async def test_words_in_an_unknown_encoding_are_refused(
    db: AsyncSession, cast: Cast, browse: Browse, words: bytes
) -> None:
    idea = await open_idea(db, cast)
    ada = await browse(cast.ada)
    kind = b"" if words != b"fine" else b"Content-Type: text/plain; charset=none\r\n"
    head = b'--x\r\nContent-Disposition: form-data; name="description"\r\n' + kind
    answer = await ada.client.post(
        f"/ideas/{idea.id}/attachments/new",
        content=head + b"\r\n" + words + b"\r\n--x--\r\n",
        headers={
            "Content-Type": "multipart/form-data; boundary=x",
            "Sec-Fetch-Site": "same-origin",
        },
    )
    assert answer.status_code == 400


async def test_a_description_is_asked_for(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await open_idea(db, cast)
    ada = await browse(cast.ada)
    for words in ("", "   ", "\u200b"):
        answer = await send(ada, idea.id, picture(), words=words)
        assert answer.status_code == 422
        assert "Fill this in" in answer.text
    assert (await send(ada, idea.id, picture(), words="x" * 301)).status_code == 422
    assert not await attached_to(db, idea.id)


async def test_the_same_file_twice_is_one_attachment(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await open_idea(db, cast)
    ada = await browse(cast.ada)
    for _press in range(3):
        assert (await send(ada, idea.id, picture())).status_code == 303
    assert len(await attached_to(db, idea.id)) == 1
    added = select(func.count()).where(Event.kind == Kind.ATTACHMENT_ADDED)
    assert await db.scalar(added.where(Event.idea_id == idea.id)) == 1


@pytest.mark.parametrize("htmx", [False, True])
async def test_the_same_file_in_other_words_is_not_said_to_be_attached(
    db: AsyncSession, cast: Cast, browse: Browse, htmx: bool
) -> None:
    idea = await open_idea(db, cast)
    ada = await browse(cast.ada)
    await send(ada, idea.id, PDF, name="plan.pdf")
    for words, name in (("Night", "plan.pdf"), (WORDS, "New plan.pdf")):
        files = {"file": (name, PDF, "application/pdf")}
        url = f"/ideas/{idea.id}/attachments/new"
        answer = await ada.post(url, {"description": words}, files=files, htmx=htmx)
        assert answer.status_code == 409
        assert f"attached already: plan.pdf, “{WORDS}”" in answer.text
        assert f'name="description" type="text" value="{words}"' in answer.text
    (kept,) = await attached_to(db, idea.id)
    assert (kept.description, kept.file_name) == (WORDS, "plan.pdf")


async def test_removing_deletes_the_bytes_once(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await open_idea(db, cast)
    ada = await browse(cast.ada)
    await send(ada, idea.id, picture())
    (kept,) = await attached_to(db, idea.id)
    url = f"/attachments/{kept.token}"
    for _press in range(2):
        assert (await ada.post(f"{url}/removal", htmx=True)).status_code == 204
        assert (await ada.post(f"{url}/removal")).headers["location"] == f"/ideas/{idea.id}"
    # For others, and of what never was, there is nothing to remove.
    assert (await (await browse(cast.ben)).post(f"{url}/removal")).status_code == 404
    assert (await ada.post(f"/attachments/{'x' * 32}/removal")).status_code == 404
    assert (await ada.get(url)).status_code == 404
    assert not await attached_to(db, idea.id)
    removed = select(func.count()).where(Event.kind == Kind.ATTACHMENT_REMOVED)
    assert await db.scalar(removed) == 1


async def test_names_and_words_run_nothing(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await open_idea(db, cast)
    ada = await browse(cast.ada)
    evil = '"><img src=x onerror=alert(1)>'
    await send(ada, idea.id, PDF, name=f"{evil}.pdf", words=evil)
    await send(ada, idea.id, picture(), name=f"{evil}.png", words=evil)
    page = (await ada.get(idea_url(idea))).text
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie: x=1.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\ada\\Plan B.html", "Plan B.pdf"),
        ("\u202efdp.exe", "fdp.pdf"),
        ("", "document.pdf"),
        (".pdf", ".pdf.pdf"),
        ("x" * 400, "x" * 99 + "….pdf"),
        ("план.pdf", "план.pdf"),
    ],
)
async def test_a_file_name_cannot_pretend(sent: str, kept: str) -> None:
    assert (await prepare(PDF, sent)).file_name == kept


async def test_a_file_name_cannot_add_headers(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await open_idea(db, cast)
    viewer = await viewer_of(db, cast.ada)
    prepared = await prepare(PDF, 'a\r\nSet-Cookie: "x"; ü.pdf')
    await attach(db, viewer, await find_idea(db, viewer, idea.id), prepared, WORDS)
    await db.commit()
    (kept,) = await attached_to(db, idea.id)
    got = await (await browse(cast.ada)).get(f"/attachments/{kept.token}")
    assert "set-cookie" not in got.headers
    named = got.headers["content-disposition"]
    assert re.fullmatch(r"attachment; filename\*=UTF-8''[\w%.-]+", named, re.ASCII)


async def test_eight_are_enough(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await open_idea(db, cast)
    ada = await browse(cast.ada)
    for number in range(attaching.MOST):
        assert (await send(ada, idea.id, PDF + b"%" * number)).status_code == 303
    answer = await send(ada, idea.id, picture())
    assert answer.status_code == 409
    assert WORDS in answer.text
    assert "they are taken" in (await ada.get(f"/ideas/{idea.id}/attachments/new")).text


async def test_two_at_once_are_never_more_than_eight(committing: Database) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)

    async def press(person: Person, number: int) -> bool:
        prepared = PreparedUpload(preparing.PDF, "a.pdf", bytes([number]), PDF)
        try:
            async with committing.transaction() as db:
                viewer = await viewer_of(db, person)
                await attach(db, viewer, await find_idea(db, viewer, idea.id), prepared, WORDS)
        except Conflict:
            return False
        return True

    done = await asyncio.gather(*(press(cast.ada, number) for number in range(12)))
    assert sum(done) == attaching.MOST
    async with committing.reading() as db:
        assert len(await attachments_of(db, idea.id)) == attaching.MOST


async def test_the_room_sees_what_the_page_shows(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await open_idea(db, cast)
    ada = await browse(cast.ada)
    kinds = [Kind.ATTACHMENT_ADDED, Kind.ATTACHMENT_REMOVED]
    await send(ada, idea.id, picture())
    await send(ada, idea.id, PDF)
    first, second = await attached_to(db, idea.id)
    for removed in (None, first, second):
        if removed:
            await ada.post(f"/attachments/{removed.token}/removal")
        newest = select(Event).where(Event.kind.in_(kinds)).order_by(Event.id.desc()).limit(1)
        event = (await db.scalars(newest)).one()
        (push,) = await show_attachments(db, event)
        assert isinstance(push, Push)
        assert (push.room, push.element_id) == (f"idea:{idea.id}", f"idea-{idea.id}-attachments")
        html = push.html
        assert html in (await ada.get(idea_url(idea))).text
        assert html in (await (await browse(None)).get(idea_url(idea))).text
        assert not re.search(r"<(form|input|details|dialog|textarea)\b", html)
