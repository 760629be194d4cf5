"""A file answers a question: what is taken, who may open it, and what a blind reader gets."""

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Viewer
from ideahub.entries.designing_form import FieldPlan
from ideahub.entries.files import MAY_READ_ENTRY
from ideahub.entries.models import Entry, EntryFile, EntryMember, EntryRevision, FieldKind
from ideahub.entries.plain_pdf import without_metadata
from ideahub.entries.reading import frozen_entry
from tests.conftest import Browse, Browser
from tests.entries.entering import LONG, ask, begin, hidden, make_contest
from tests.support.cast import Cast, add

XMP = b"<x:xmpmeta><dc:creator>Cem Aydin</dc:creator></x:xmpmeta>"
PACKET = b'<?xpacket begin="x"?>' + XMP + b'<?xpacket end="w"?>'
PDF = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Metadata 4 0 R >>\nendobj\n"
    b"3 0 obj\n<< /Author (Cem \\(C.\\) Aydin) /Creator (Word) >>\nendobj\n"
    b"4 0 obj\n<< /Type /Metadata /Subtype /XML /Length 99 >>\nstream\n" + PACKET + b"\nendstream\n"
    b"endobj\n5 0 obj\n(What Cem Aydin wrote)\nendobj\n"
    b"trailer\n<< /Root 1 0 R /Info 3 0 R >>\nstartxref\n9\n%%EOF\n"
)
SKETCH = FieldPlan("", FieldKind.FILE, "A sketch")
HIDDEN = FieldPlan("", FieldKind.FILE, "About you", shown_blind=False)


async def with_file(
    db: AsyncSession, cast: Cast, browse: Browse, content: bytes = PDF, name: str = "cem.pdf"
) -> tuple[Browser, int, list[str], Any]:
    """Cem's entry, to which this file is sent: his browser, its number, the keys, the answer."""
    campaign, phase = await make_contest(db, cast.city)
    keys = await ask(db, cast, campaign, phase, [LONG, SKETCH, HIDDEN])
    entry_id = await begin(db, cast.cem, phase)
    cem, at = await browse(cast.cem), f"/entries/{entry_id}/draft"
    typed = hidden((await cem.get(at)).text) | {"title": "Lanes", keys[0]: "Paint.", "do": "submit"}
    files = {keys[1]: (name, BytesIO(content), "application/pdf")}
    return cem, entry_id, keys, await cem.post(at, typed, files=files)


async def test_who_may_open_it(
    db: AsyncSession, cast: Cast, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    cem, entry_id, _keys, answer = await with_file(db, cast, browse)
    assert answer.status_code == 303, answer.text
    file = (await db.scalars(select(EntryFile))).one()
    at = f"/entries/files/{file.token}"
    for person, status in (
        (cast.cem, 200),
        (cast.mia, 200),
        (cast.ada, 404),
        (cast.jo, 404),
        (None, 303),
    ):
        assert (await (await browse(person)).get(at)).status_code == status, person
    own = await cem.get(at)
    assert own.content == PDF
    assert "cem.pdf" in own.headers["content-disposition"]
    assert own.headers["content-disposition"].startswith("attachment")

    async def judges(_db: AsyncSession, viewer: Viewer, number: int) -> bool:
        return viewer.is_person(cast.jo.id) and number == entry_id

    monkeypatch.setattr("ideahub.entries.files.MAY_READ_ENTRY", [*MAY_READ_ENTRY, judges])
    jo = await browse(cast.jo)
    for path in (at, f"{at}/neutral"):
        read = await jo.get(path)
        assert read.status_code == 200
        assert "cem" not in read.headers["content-disposition"]
        assert b"Word" not in read.content
        assert b"dc:creator" not in read.content
        assert len(read.content) == len(PDF)
    # Even those who know who it is get the neutral copy at its address.
    assert (await cem.get(f"{at}/neutral")).content == read.content


async def test_blind_reading_shows_neither_names_nor_hidden_answers(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    await with_file(db, cast, browse)
    revision = (await db.scalars(select(EntryRevision))).one()
    plain = await frozen_entry(db, revision.id, blind=False)
    assert [one.name for one in plain.people] == ["Cem Aydin"]
    assert [one.label for one in plain.answers][-1] == "About you"
    blind = await frozen_entry(db, revision.id, blind=True)
    assert (blind.people, blind.team_name, blind.contributors) == ([], "", [])
    assert [one.label for one in blind.answers] == ["What do you propose?", "A sketch"]
    shown = blind.answers[1].file
    assert shown
    assert (shown.name.replace("\u2068", "").replace("\u2069", ""), shown.size) == (
        "file 1.pdf",
        None,
    )
    assert shown.url.endswith("/neutral")
    assert "cem" not in str(blind).lower()


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"MZ\x90\x00 a program", "plan.pdf", "neither a picture"),
        (b"<html><script>alert(1)</script>", "plan.png", "neither a picture"),
        (b"%PDF-1.4 cut", "plan.pdf", "damaged or was cut short"),
        (b"\xff\xd8\xff\xe0 no picture", "plan.jpg", ""),
        (b"", "plan.pdf", "This file is empty."),
        (b"%PDF-1.4\n" + b"x" * (5 * 1024 * 1024) + b"%%EOF", "plan.pdf", "larger than 5 MB"),
    ],
)
async def test_a_file_that_lies_about_its_type(
    db: AsyncSession, cast: Cast, browse: Browse, content: bytes, name: str, said: str
) -> None:
    _cem, entry_id, _keys, answer = await with_file(db, cast, browse, content, name)
    assert answer.status_code in (413, 422)
    assert said in answer.text
    assert "Paint." in answer.text
    assert (await db.scalars(select(EntryFile))).all() == []
    row = await db.get_one(Entry, entry_id, populate_existing=True)
    assert row.submitted_id is None


async def test_a_draft_s_file_is_for_the_team_alone_and_a_submitted_one_stays(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    cem, entry_id, keys, _answer = await with_file(db, cast, browse)
    first = (await db.scalars(select(EntryFile))).one()
    at = f"/entries/{entry_id}/draft"
    typed = hidden((await cem.get(at)).text) | {"title": "Lanes", keys[0]: "Paint."}
    files = {keys[1]: ("new.pdf", BytesIO(PDF + b"\n"), "application/pdf")}
    assert (await cem.post(at, typed | {"do": "save"}, files=files)).status_code == 303
    newest = (await db.scalars(select(EntryFile).order_by(EntryFile.id.desc()))).first()
    assert newest
    mia = await browse(cast.mia)
    assert (await mia.get(f"/entries/files/{newest.token}")).status_code == 404
    assert (await mia.get(f"/entries/files/{first.token}")).status_code == 200
    typed = hidden((await cem.get(at)).text) | {"title": "Lanes", keys[0]: "Paint."}
    await cem.post(at, typed | {"do": f"drop-{keys[1]}"})
    row = await db.get_one(Entry, entry_id, populate_existing=True)
    assert keys[1] not in row.answers
    assert (await mia.get(f"/entries/files/{first.token}")).status_code == 200
    await add(db, EntryMember(entry_id=entry_id, person_id=cast.ada.id))
    ada = await browse(cast.ada)
    assert (await ada.get(f"/entries/files/{newest.token}")).status_code == 200


def test_metadata_is_taken_out_of_a_pdf_and_nothing_else() -> None:
    plain = without_metadata(PDF)
    assert len(plain) == len(PDF)
    for word in (b"(C.\\)", b"Word", b"dc:creator", b"/Info"):
        assert word not in plain
    assert b"(What Cem Aydin wrote)" in plain
    assert plain.index(b"5 0 obj") == PDF.index(b"5 0 obj")
    assert without_metadata(plain) == plain
